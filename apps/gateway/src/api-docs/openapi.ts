import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';
import { componentSchemas, describeInput } from './schemas.js';

const DESCRIPTION = `The open backend for live shows on Amazon IVS.

Send \`Authorization: Bearer <API key or access token>\`. Errors are problem details (RFC 9457) with a stable \`code\`;
every answer carries \`x-correlation-id\`, and takes one. What happens live is told over Socket.IO: see [/asyncapi.json](/asyncapi.json).`;

/** The document behind /openapi.json: the routes from their decorators, the schemas from the contracts. */
export function openApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Stagedoor')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/')
    .addBearerAuth({ type: 'http', description: 'An API key, or an access token of one user.' }, 'bearer')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'x-stagedoor-key' }, 'ingest-key')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    standardSchemaConverter: (schema) =>
      schema instanceof z.ZodType ? { schema: describeInput(schema), components: {} } : undefined,
    operationIdFactory: (_controller, method) => method,
  });
  return { ...document, components: { ...document.components, schemas: componentSchemas() as never } };
}

/** /docs and /openapi.json; Swagger UI's files are served from here, so the page needs no network. */
export function serveOpenApi(app: NestFastifyApplication): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app), {
    raw: ['json'],
    jsonDocumentUrl: 'openapi.json',
    customSiteTitle: 'Stagedoor API',
  });
}
