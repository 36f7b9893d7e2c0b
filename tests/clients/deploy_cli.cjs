// auth0-deploy-cli as a module, step by step: told {settings}, then one {command, ...parameters} a line; says how each ended.
//
// The tool compiles its schema of all kinds for every check, 12 s of work each time. Here only the part for the kinds that are
// there is compiled; the others have nothing to be checked. Every request it sends is as it is.
const { createInterface } = require('node:readline');
const { dirname } = require('node:path');

const tool = dirname(require.resolve('auth0-deploy-cli/package.json'));
const Ajv = require(require.resolve('ajv/lib/ajv', { paths: [tool] }));
const validate = Ajv.prototype.validate;
Ajv.prototype.validate = function validateWhatIsThere(schema, data) {
  if (typeof schema === 'string' || !schema.properties) return validate.call(this, schema, data);
  const there = Object.entries(schema.properties).filter(([kind]) => kind in data);
  return validate.call(this, { ...schema, properties: Object.fromEntries(there) }, data);
};

const commands = require('auth0-deploy-cli').default;
const { settings } = JSON.parse(process.argv[2]);
const say = (document) => process.stdout.write(`> ${JSON.stringify(document)}\n`);

(async () => {
  for await (const line of createInterface({ input: process.stdin })) {
    const { command, config, ...parameters } = JSON.parse(line);
    await commands[command]({ ...parameters, env: false, config: { ...settings, ...config } }).then(
      () => say({ error: null }),
      (error) => say({ error: String(error.message ?? error) }),
    );
  }
})();
