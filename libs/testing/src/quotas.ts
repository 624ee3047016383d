/** An account in which no test waits for AWS's quotas, unless they are what it tests: for simulators started in-process. */
export const PLENTY = { '*': 1_000 } as const;

/** The same as `AWS_QUOTAS`, for processes. */
export const PLENTY_VARIABLE = `*=${PLENTY['*']}`;
