// The front door: plain JavaScript that any Node can read, so that an old one gets a sentence instead of a stack.
var NEEDED = [24, 11];
var found = process.versions.node.split(".").map(Number);
var isTooOld = found[0] < NEEDED[0] || (found[0] === NEEDED[0] && found[1] < NEEDED[1]);

if (isTooOld) {
  console.error(
    "Troupe needs Node.js " +
      NEEDED.join(".") +
      " or newer, and this is " +
      process.versions.node +
      ": install a newer one from https://nodejs.org and start again.",
  );
  process.exitCode = 1;
} else {
  // Compiled code is kept between starts: ready sooner, with less memory.
  import("node:module")
    .then(function (module) {
      module.enableCompileCache();
      return import("./main.ts");
    })
    .then(function (house) {
      return house.main(process.argv);
    });
}
