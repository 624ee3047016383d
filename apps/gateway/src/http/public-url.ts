import { Injectable } from '@nestjs/common';
import { Config } from '#platform';

/** Where clients reach this gateway: PUBLIC_URL, else where it listens. */
@Injectable()
export class PublicUrl {
  private listening: string | undefined;

  constructor(private readonly config: Config) {}

  listensAt(url: string): void {
    this.listening = url;
  }

  get origin(): string {
    const url = this.config.env.PUBLIC_URL ?? this.listening;
    if (!url) throw new Error('asked for its own address before it listens');
    return url.replace(/\/+$/, '');
  }
}
