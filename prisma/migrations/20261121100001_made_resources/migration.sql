-- Stages and rooms made through the control-plane routes: who made them, and who may see them.
CREATE TYPE "made_resource_kind" AS ENUM ('stage', 'room');

CREATE TABLE "made_resource" (
    "arn" TEXT NOT NULL,
    "kind" "made_resource_kind" NOT NULL,
    "made_by" TEXT,
    "is_listed" BOOLEAN NOT NULL DEFAULT false,
    "room_arn" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "made_resource_pkey" PRIMARY KEY ("arn")
);

CREATE INDEX "made_resource_room_arn_idx" ON "made_resource"("room_arn");
CREATE INDEX "session_room_arn_idx" ON "session"("room_arn");
