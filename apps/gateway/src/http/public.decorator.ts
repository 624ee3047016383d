import { SetMetadata } from '@nestjs/common';

export const IS_PUBLIC = 'stagedoor:is-public';

/** A route that asks for no API key or access token: health, documents, and ingest, which has a key of its own. */
export const Public = () => SetMetadata(IS_PUBLIC, true);
