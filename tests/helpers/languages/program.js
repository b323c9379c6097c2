// A worker thread, a child process, an HTTP server, file watching, crypto.
const { Worker, isMainThread, parentPort } = require('worker_threads');
const { execFileSync } = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const http = require('http');
const os = require('os');
const path = require('path');

if (!isMainThread) {
	parentPort.postMessage('from the worker');
} else {
	main().catch((error) => { console.error(error); process.exit(1); });
}

async function main() {
	const worker = new Worker(__filename);
	await new Promise((done, fail) => worker.on('message', done).on('error', fail));

	if (execFileSync('echo', ['child']).toString() !== 'child\n') throw 'child';

	const server = http.createServer((request, response) => response.end('hello'));
	await new Promise((done) => server.listen(0, '127.0.0.1', done));
	const reply = await fetch(`http://127.0.0.1:${server.address().port}/`);
	if (await reply.text() !== 'hello') throw 'http';
	server.closeAllConnections();
	server.close();

	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'node-'));
	const seen = new Promise((done) => fs.watch(dir, done).unref());
	await fs.promises.writeFile(path.join(dir, 'file'), 'x');
	await seen;
	await new Promise((done) => crypto.scrypt('a', 'b', 32, done));
	console.log('node works');
	process.exit(0);
}
