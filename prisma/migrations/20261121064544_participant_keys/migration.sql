-- CreateEnum
CREATE TYPE "token_source" AS ENUM ('api', 'key_pair');

-- AlterTable
ALTER TABLE "participant_token" ADD COLUMN     "kid" TEXT,
ADD COLUMN     "source" "token_source" NOT NULL DEFAULT 'api';

-- AlterTable
ALTER TABLE "session" ADD COLUMN     "events_url" TEXT,
ADD COLUMN     "whip_url" TEXT;

-- CreateTable
CREATE TABLE "public_key" (
    "arn" TEXT NOT NULL,
    "region" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "public_key" TEXT NOT NULL,
    "private_key" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "signs_from" TIMESTAMPTZ(3) NOT NULL,
    "signs_until" TIMESTAMPTZ(3),
    "tokens_until" TIMESTAMPTZ(3),
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "public_key_pkey" PRIMARY KEY ("arn")
);

-- CreateIndex
CREATE INDEX "public_key_region_idx" ON "public_key"("region");

-- CreateIndex
CREATE UNIQUE INDEX "participant_token_device_key" ON "participant_token"("session_id", "user_id", "device_id") WHERE (source = 'key_pair' AND revoked_at IS NULL);
