-- AlterTable
ALTER TABLE "participant_token" ADD COLUMN     "accepted_at" TIMESTAMPTZ(3),
ADD COLUMN     "offered_at" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "participant_token_offer_idx" ON "participant_token"("offered_at") WHERE (accepted_at IS NULL AND revoked_at IS NULL);
