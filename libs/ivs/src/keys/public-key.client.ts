import {
  DeletePublicKeyCommand,
  ImportPublicKeyCommand,
  ListPublicKeysCommand,
  type PublicKey,
  type PublicKeySummary,
} from '@aws-sdk/client-ivs-realtime';
import type { AwsClients } from '#platform';
import { isAwsNotFound, toAppError } from '#platform/aws/aws.error';

// The most that a page takes; a region holds three.
const PAGE = 100;

/** Our calls about public keys, by region. Failures are AppErrors: AWS_BUSY, AWS_REFUSED. */
export class PublicKeyClient {
  constructor(private readonly aws: AwsClients) {}

  /** @param pem SPKI of a P-384 key */
  async import(region: string, pem: string, tags: Record<string, string>): Promise<PublicKey & { arn: string }> {
    const command = new ImportPublicKeyCommand({ publicKeyMaterial: pem, tags });
    const { publicKey } = await this.call('ImportPublicKey', () => this.aws.realTime(region).send(command));
    if (!publicKey?.arn) throw toAppError(new Error('no key in the answer'), 'ImportPublicKey');
    return { ...publicKey, arn: publicKey.arn };
  }

  async list(region: string): Promise<PublicKeySummary[]> {
    const command = new ListPublicKeysCommand({ maxResults: PAGE });
    const { publicKeys } = await this.call('ListPublicKeys', () => this.aws.realTime(region).send(command));
    return publicKeys ?? [];
  }

  /** A key that is not there any more is deleted. */
  async delete(region: string, arn: string): Promise<void> {
    try {
      await this.aws.realTime(region).send(new DeletePublicKeyCommand({ arn }));
    } catch (error) {
      if (!isAwsNotFound(error)) throw toAppError(error, 'DeletePublicKey');
    }
  }

  private async call<T>(operation: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw toAppError(error, operation);
    }
  }
}
