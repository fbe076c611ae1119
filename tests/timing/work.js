// SPDX-License-Identifier: Apache-2.0
// Reads files in the pool of threads, and starts a child process.
const { execFile } = require("child_process");
const { readFile } = require("fs");

for (let i = 0; i < 4; i++)
	readFile(__filename, () => {});
execFile("/bin/true", () => {});
