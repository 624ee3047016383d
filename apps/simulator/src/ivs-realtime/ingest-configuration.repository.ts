import type { Tags } from '../protocol/constraints.schema.js';

export type IngestProtocol = 'RTMP' | 'RTMPS';

/** What an encoder is given: whoever streams with the key is this participant. */
export interface IngestCredential {
  participantId: string;
  streamKey: string;
}

export interface IngestConfiguration extends IngestCredential {
  seq: number;
  arn: string;
  region: string;
  name?: string;
  ingestProtocol: IngestProtocol;
  /** Whether RTMP without TLS is taken. IVS takes it in and never tells it. */
  insecureIngest: boolean;
  /** Empty: the stream key cannot be used. */
  stageArn: string;
  userId: string;
  attributes: Record<string, string>;
  redundantIngest: boolean;
  /** None without `redundantIngest`. */
  redundantIngestCredentials: IngestCredential[];
  tags: Tags;
}

interface Dump {
  seq: number;
  configurations: IngestConfiguration[];
}

/** The account's ingest configurations, in memory. */
export class IngestConfigurationRepository {
  private byArn = new Map<string, IngestConfiguration>();
  private seq = 0;

  nextSeq(): number {
    return ++this.seq;
  }

  add(configuration: IngestConfiguration): void {
    this.byArn.set(configuration.arn, configuration);
  }

  remove(configuration: IngestConfiguration): void {
    this.byArn.delete(configuration.arn);
  }

  /** A configuration is known in its own region only. */
  find(arn: string, region: string): IngestConfiguration | undefined {
    const configuration = this.byArn.get(arn);
    return configuration?.region === region ? configuration : undefined;
  }

  /** @param key a stream key or a participant id */
  findCredential(key: string): { configuration: IngestConfiguration; credential: IngestCredential } | undefined {
    for (const configuration of this.byArn.values()) {
      const credential = credentialsOf(configuration).find((one) => one.streamKey === key || one.participantId === key);
      if (credential) return { configuration, credential };
    }
    return undefined;
  }

  all(region?: string): IngestConfiguration[] {
    return [...this.byArn.values()].filter((one) => region === undefined || one.region === region);
  }

  dump(): Dump {
    return { seq: this.seq, configurations: [...this.byArn.values()] };
  }

  load(dump: unknown): void {
    const { seq, configurations } = dump as Dump;
    this.seq = seq;
    this.byArn = new Map(configurations.map((one) => [one.arn, one]));
  }

  reset(): void {
    this.byArn = new Map();
  }
}

export const credentialsOf = (configuration: IngestConfiguration): IngestCredential[] => [
  configuration,
  ...configuration.redundantIngestCredentials,
];
