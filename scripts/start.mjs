// `npm start`: builds when dist/ is not of these sources, then hands over to apps/launcher in this same process.
import path from 'node:path';

const MINIMUM = [20, 19];

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1])) {
  console.error(`Stagedoor needs Node.js ${MINIMUM.join('.')} or newer, and this is ${process.versions.node}.`);
  process.exit(1);
}
const root = path.resolve(import.meta.dirname, '..');
process.chdir(root);
process.setSourceMapsEnabled(true);
// We support Node 20 on purpose; the AWS SDK's advice to leave it would be the first thing that people read.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
try {
  const { build } = await import('./build.mjs');
  if (await build()) console.log('Built dist/');
} catch (error) {
  const isNotInstalled = error.code === 'ERR_MODULE_NOT_FOUND' || /ENOENT/.test(error.message);
  console.error(isNotInstalled ? `${error.message}\nRun \`npm ci\` first.` : error.message);
  process.exit(1);
}
await import('../dist/apps/launcher/src/main.js');
