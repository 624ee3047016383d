-- Unlogged: it changes with every call to AWS, and after a crash an empty one is as good.
-- Half-empty pages let an update stay on its page and touch no index.
CREATE UNLOGGED TABLE "aws_budget" (
    "key" TEXT NOT NULL,
    "state" JSONB NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "aws_budget_pkey" PRIMARY KEY ("key")
) WITH (fillfactor = 50);
