import { AwsError } from './aws.error.js';

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256\s+Credential=([^/,\s]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request,\s*SignedHeaders=[^,\s]+,\s*Signature=[0-9a-f]{64}$/;

export interface CredentialScope {
  accessKeyId: string;
  region: string;
  service: string;
}

/**
 * The scope that SigV4 puts into the Authorization header; the signature itself is not checked.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 * @throws AwsError as AWS words a missing, broken or foreign signature
 */
export function readCredentialScope(authorization: string | undefined, signingName: string): CredentialScope {
  if (!authorization) throw new AwsError('MissingAuthenticationTokenException', 403, 'Missing Authentication Token');
  const match = AUTHORIZATION.exec(authorization.trim());
  if (!match) {
    throw new AwsError(
      'IncompleteSignatureException',
      403,
      'Authorization header is not a complete AWS Signature Version 4',
    );
  }
  const [, accessKeyId = '', , region = '', service = ''] = match;
  if (service !== signingName) {
    throw new AwsError(
      'InvalidSignatureException',
      403,
      `Credential should be scoped to correct service: '${signingName}'. `,
    );
  }
  return { accessKeyId, region, service };
}
