// auth0-deploy-cli as a module, step by step: told {settings}, then one {command, ...parameters} a line; says how each ended.
//
// The tool compiles its schema of all kinds anew for every check, 12 s of work each time; here the compiled one is kept.
// What it checks, and every request it sends, is as it is.
const { createInterface } = require('node:readline');
const { dirname } = require('node:path');

const tool = dirname(require.resolve('auth0-deploy-cli/package.json'));
const Ajv = require(require.resolve('ajv/lib/ajv', { paths: [tool] }));
const compiled = new Map();
const original = Ajv.prototype.validate;
Ajv.prototype.validate = function validate(schema, data) {
  if (typeof schema === 'string') return original.call(this, schema, data);
  if (!compiled.has(schema)) compiled.set(schema, this.compile(schema));
  const check = compiled.get(schema);
  const valid = check(data);
  this.errors = check.errors;
  return valid;
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
