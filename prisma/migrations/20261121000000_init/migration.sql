-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "session_status" AS ENUM ('scheduled', 'live', 'ended');

-- CreateEnum
CREATE TYPE "visibility" AS ENUM ('public', 'private');

-- CreateEnum
CREATE TYPE "stage_door" AS ENUM ('invitation', 'open');

-- CreateEnum
CREATE TYPE "recording_mode" AS ENUM ('none', 'participant', 'composite');

-- CreateEnum
CREATE TYPE "end_reason" AS ENUM ('host_ended', 'host_left', 'moderator_ended', 'api_ended', 'idle', 'never_started', 'last_one', 'max_age');

-- CreateEnum
CREATE TYPE "participant_role" AS ENUM ('host', 'guest', 'viewer', 'moderator');

-- CreateEnum
CREATE TYPE "participant_state" AS ENUM ('published', 'unpublished', 'disconnected');

-- CreateEnum
CREATE TYPE "composition_state" AS ENUM ('starting', 'active', 'stopping', 'stopped', 'failed');

-- CreateEnum
CREATE TYPE "recording_kind" AS ENUM ('participant', 'composite');

-- CreateEnum
CREATE TYPE "recording_status" AS ENUM ('started', 'ended', 'failed', 'ready');

-- CreateEnum
CREATE TYPE "inbox_state" AS ENUM ('pending', 'applied', 'parked');

-- CreateEnum
CREATE TYPE "work_state" AS ENUM ('due', 'done', 'failed');

-- CreateTable
CREATE TABLE "installation" (
    "singleton" BOOLEAN NOT NULL DEFAULT true,
    "id" TEXT NOT NULL,
    "epoch_counter" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "installation_pkey" PRIMARY KEY ("singleton")
);

-- CreateTable
CREATE TABLE "session" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "status" "session_status" NOT NULL DEFAULT 'scheduled',
    "visibility" "visibility" NOT NULL,
    "stage_door" "stage_door" NOT NULL,
    "host_user_id" TEXT,
    "region" TEXT NOT NULL,
    "stage_arn" TEXT NOT NULL,
    "room_arn" TEXT,
    "recording" "recording_mode" NOT NULL,
    "lifecycle" JSONB NOT NULL,
    "metadata" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "end_reason" "end_reason",

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stage_session" (
    "session_id" TEXT NOT NULL,
    "stage_session_id" TEXT NOT NULL,
    "earliest_us" BIGINT NOT NULL,
    "started_us" BIGINT,
    "ended_us" BIGINT,

    CONSTRAINT "stage_session_pkey" PRIMARY KEY ("session_id","stage_session_id")
);

-- CreateTable
CREATE TABLE "participant" (
    "session_id" TEXT NOT NULL,
    "participant_id" TEXT NOT NULL,
    "user_id" TEXT,
    "role" "participant_role",
    "state" "participant_state",
    "attributes" JSONB NOT NULL DEFAULT '{}',
    "since" TIMESTAMPTZ(3),
    "replica_of" JSONB,
    "publish_error" JSONB,
    "facts" JSONB NOT NULL,

    CONSTRAINT "participant_pkey" PRIMARY KEY ("session_id","participant_id")
);

-- CreateTable
CREATE TABLE "participant_token" (
    "participant_id" TEXT NOT NULL,
    "session_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "device_id" TEXT NOT NULL,
    "role" "participant_role" NOT NULL,
    "capabilities" TEXT[],
    "attributes" JSONB NOT NULL DEFAULT '{}',
    "issued_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "participant_token_pkey" PRIMARY KEY ("participant_id")
);

-- CreateTable
CREATE TABLE "composition" (
    "id" TEXT NOT NULL,
    "session_id" TEXT NOT NULL,
    "arn" TEXT,
    "state" "composition_state" NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "error_code" TEXT,
    "reason" TEXT,
    "destinations" JSONB NOT NULL DEFAULT '[]',
    "facts" JSONB NOT NULL,

    CONSTRAINT "composition_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "recording" (
    "id" TEXT NOT NULL,
    "session_id" TEXT NOT NULL,
    "kind" "recording_kind" NOT NULL,
    "status" "recording_status",
    "participant_id" TEXT,
    "bucket" TEXT,
    "prefix" TEXT,
    "duration_ms" BIGINT,
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "error_code" TEXT,
    "reason" TEXT,
    "facts" JSONB NOT NULL,

    CONSTRAINT "recording_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "inbox" (
    "id" TEXT NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "state" "inbox_state" NOT NULL,
    "reason" TEXT,
    "session_id" TEXT,
    "stage_arn" TEXT,
    "detail_type" TEXT,
    "source" TEXT NOT NULL DEFAULT 'event',
    "raw" TEXT NOT NULL,
    "correlation_id" TEXT,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "applied_at" TIMESTAMPTZ(3),

    CONSTRAINT "inbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "work" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "state" "work_state" NOT NULL DEFAULT 'due',
    "session_id" TEXT,
    "payload" JSONB NOT NULL DEFAULT '{}',
    "steps" JSONB NOT NULL DEFAULT '[]',
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "claimed_until" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "correlation_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "work_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "topic" (
    "name" TEXT NOT NULL,
    "seq" BIGINT NOT NULL DEFAULT 0,
    "trimmed_to" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "topic_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "live_event" (
    "topic" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "type" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "data" JSONB NOT NULL,

    CONSTRAINT "live_event_pkey" PRIMARY KEY ("topic","seq")
);

-- CreateTable
CREATE TABLE "access_revocation" (
    "user_id" TEXT NOT NULL,
    "revoked_before" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "access_revocation_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "gateway_instance" (
    "id" TEXT NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "gateway_instance_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "watcher" (
    "topic" TEXT NOT NULL,
    "gateway_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,

    CONSTRAINT "watcher_pkey" PRIMARY KEY ("topic","gateway_id","user_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "session_stage_arn_key" ON "session"("stage_arn");

-- CreateIndex
CREATE INDEX "session_created_at_id_idx" ON "session"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "session_status_created_at_id_idx" ON "session"("status", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "participant_session_id_user_id_idx" ON "participant"("session_id", "user_id");

-- CreateIndex
CREATE INDEX "participant_token_session_id_user_id_device_id_idx" ON "participant_token"("session_id", "user_id", "device_id");

-- CreateIndex
CREATE INDEX "participant_token_user_id_idx" ON "participant_token"("user_id");

-- CreateIndex
CREATE INDEX "composition_session_id_idx" ON "composition"("session_id");

-- CreateIndex
CREATE INDEX "recording_session_id_idx" ON "recording"("session_id");

-- CreateIndex
CREATE UNIQUE INDEX "inbox_seq_key" ON "inbox"("seq");

-- CreateIndex
CREATE INDEX "inbox_pending_idx" ON "inbox"("session_id", "seq") WHERE (state = 'pending');

-- CreateIndex
CREATE INDEX "inbox_unknown_stage_idx" ON "inbox"("stage_arn") WHERE (state = 'parked' AND reason = 'unknown_stage');

-- CreateIndex
CREATE INDEX "inbox_parked_idx" ON "inbox"("seq" DESC) WHERE (state = 'parked');

-- CreateIndex
CREATE INDEX "inbox_received_at_idx" ON "inbox"("received_at");

-- CreateIndex
CREATE INDEX "work_due_idx" ON "work"("due_at") WHERE (state = 'due');

-- CreateIndex
CREATE INDEX "work_failed_idx" ON "work"("created_at") WHERE (state = 'failed');

-- CreateIndex
CREATE INDEX "work_kind_key_idx" ON "work"("kind", "key");

-- CreateIndex
CREATE UNIQUE INDEX "work_open_key" ON "work"("kind", "key") WHERE (state = 'due');

-- CreateIndex
CREATE INDEX "live_event_at_idx" ON "live_event"("at");

-- CreateIndex
CREATE INDEX "watcher_gateway_id_idx" ON "watcher"("gateway_id");

-- AddForeignKey
ALTER TABLE "stage_session" ADD CONSTRAINT "stage_session_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "participant" ADD CONSTRAINT "participant_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "participant_token" ADD CONSTRAINT "participant_token_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "composition" ADD CONSTRAINT "composition_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recording" ADD CONSTRAINT "recording_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Rebuilt within seconds after a crash, so their writes need no WAL.
ALTER TABLE "gateway_instance" SET UNLOGGED;
ALTER TABLE "watcher" SET UNLOGGED;

-- Made once, by this migration: what marks everything of ours at AWS.
INSERT INTO "installation" ("singleton", "id") VALUES (true, gen_random_uuid()::text);
INSERT INTO "topic" ("name") VALUES ('lobby');
