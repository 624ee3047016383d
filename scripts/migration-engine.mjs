// Prisma's schema engine as WebAssembly: migrations without a native binary, and so without a download.
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import pg from 'pg';

globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (m) => console.error('engine panic:', m) };
const require = createRequire(import.meta.url);
const root = path.resolve(import.meta.dirname, '..');
export const schemaPath = path.join(root, 'prisma/schema.prisma');
export const migrationsDir = path.join(root, 'prisma/migrations');
const CHAR_OID = 18;
const TEXT_OID = 25;
const CHAR_MARK = '"char":';
export const filters = { externalTables: [], externalEnums: [] };

/** The package's own entry imports the .wasm file as a module, which Node 20 cannot; load it by hand. */
async function loadEngine() {
  const dir = path.dirname(require.resolve('@prisma/schema-engine-wasm'));
  const bg = await import(path.join(dir, 'schema_engine_bg.js'));
  const { instance } = await WebAssembly.instantiate(await readFile(path.join(dir, 'schema_engine_bg.wasm')), {
    './schema_engine_bg.js': bg,
  });
  bg.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return bg.SchemaEngine;
}

/**
 * PrismaPg as the engine's driver, with three corrections:
 * - PrismaPg 7.10.1 rejects columns of the internal type "char" (oid 18), which the engine's catalogue queries return and expects as characters;
 * - its executeScript cuts the script at every ";" (also inside comments, strings and function bodies) and runs the pieces one by one:
 *   send the script whole, which Postgres runs as one transaction;
 * - PrismaPg drops its shadow database before it closes its own pool on it, which Postgres refuses.
 */
function driver(url) {
  const pools = [];
  const open = async (u) => {
    const pool = new pg.Pool({ connectionString: u, max: 1, allowExitOnIdle: true });
    pools.push(pool);
    pool.on('connect', (c) =>
      c.connection.prependListener('rowDescription', (m) => {
        for (const f of m.fields)
          if (f.dataTypeID === CHAR_OID) Object.assign(f, { dataTypeID: TEXT_OID, name: CHAR_MARK + f.name });
      }),
    );
    const adapter = await new PrismaPg(pool).connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (q) => {
      const r = await queryRaw(q);
      r.columnNames.forEach((n, i) => {
        if (!n.startsWith(CHAR_MARK)) return;
        r.columnNames[i] = n.slice(CHAR_MARK.length);
        r.columnTypes[i] = ColumnTypeEnum.Character;
      });
      return r;
    };
    adapter.executeScript = async (script) => {
      await pool.query(script).catch((e) => adapter.onError(e));
    };
    return { pool, adapter };
  };
  return {
    /** The engine's `free` leaves its connections open. */
    close: () => Promise.all(pools.filter((pool) => !pool.ended).map((pool) => pool.end())),
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    async connect() {
      const { pool, adapter } = await open(url);
      adapter.dispose = () => pool.end();
      return adapter;
    },
    async connectToShadowDb() {
      const name = `prisma_shadow_${globalThis.crypto.randomUUID().replaceAll('-', '')}`;
      const admin = new pg.Client({ connectionString: url });
      await admin.connect();
      await admin.query(`CREATE DATABASE "${name}" TEMPLATE template0`);
      const u = new URL(url);
      u.pathname = `/${name}`;
      const { pool, adapter } = await open(u.href);
      adapter.dispose = async () => {
        await pool.end();
        await admin.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
        await admin.end();
      };
      return adapter;
    },
  };
}

export async function migrationsList() {
  const names = (await readdir(migrationsDir, { withFileTypes: true }).catch(() => []))
    .filter((d) => d.isDirectory())
    .map((d) => d.name)
    .sort();
  return {
    baseDir: migrationsDir,
    lockfile: {
      path: 'migration_lock.toml',
      content: await readFile(path.join(migrationsDir, 'migration_lock.toml'), 'utf8').catch(() => null),
    },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(
      names.map(async (name) => ({
        path: name,
        migrationFile: {
          path: 'migration.sql',
          content: await readFile(path.join(migrationsDir, name, 'migration.sql'), 'utf8').then(
            (value) => ({ tag: 'ok', value }),
            (e) => ({ tag: 'error', value: e.message }),
          ),
        },
      })),
    ),
  };
}

export const readSchema = () => readFile(schemaPath, 'utf8');

/** Runs `use` with an engine on that database; `use` gets the migrations of this checkout as the engine wants them. */
export async function withEngine(url, use) {
  const [schema, SchemaEngine, list] = await Promise.all([readSchema(), loadEngine(), migrationsList()]);
  const connections = driver(url);
  const engine = await SchemaEngine.new(
    { datamodels: [['schema.prisma', schema]] },
    () => {},
    bindMigrationAwareSqlAdapterFactory(connections),
  );
  try {
    return await use(engine, list);
  } finally {
    engine.free();
    await connections.close();
  }
}
