// Runs one Action and returns, as JSON, what it asked for and what it printed.
// An Action sees `exports`, `module`, `require`, `console`, `event` and `api`; nothing else of Node is there.
globalThis.runAction = async function (source, handler, eventText, commandNames) {
  const commands = [];
  const printed = [];
  const text = (value) => (typeof value === "string" ? value : value instanceof Error ? String(value) : JSON.stringify(value));
  const print = (level) => (...values) => { printed.push({ level, text: values.map(text).join(" ") }); };
  const console = { log: print("log"), info: print("info"), warn: print("warn"), error: print("error"), debug: print("debug") };

  const api = (path) => new Proxy(function () {}, {
    // an Action may return what a call gave; with a `then` it would be waited for
    get: (_, name) => (typeof name === "string" && name !== "then" ? api([...path, name]) : undefined),
    apply: (_, __, values) => {
      const name = path.join(".");
      if (!commandNames.includes(name)) { throw new Error("api." + name + " is not imitated by the emulator"); }
      commands.push({ name, values: values.map((value) => (value === undefined ? null : value)) });
      return api(path.slice(0, -1));
    },
  });
  const require = (name) => { throw new Error("Cannot find module '" + name + "': the emulator has no modules"); };

  const module = { exports: {} };
  try {
    new Function("exports", "module", "require", "console", source)(module.exports, module, require, console);
    const main = module.exports[handler];
    if (typeof main !== "function") { throw new Error("exports." + handler + " is not a function"); }
    await main(JSON.parse(eventText), api([]));
    return JSON.stringify({ commands, printed, error: null });
  } catch (error) {
    return JSON.stringify({ commands: [], printed, error: String(error) });
  }
};
