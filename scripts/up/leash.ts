import { Socket } from 'node:net';

/** The descriptor of a pipe whose other end only `fleetwright up` holds. */
const LEASH = 3;

/** How long the program has to end when nobody holds the other end any more, in milliseconds. */
const GRACE_MS = 8000;

// Loaded before a program of `fleetwright up`. Nothing tells a process that its parent was killed, but a pipe ends.
const leash = new Socket({ fd: LEASH, readable: true, writable: false });
leash.unref();
leash.on('error', end);
leash.on('close', end);
leash.resume();

function end(): void {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MS).unref();
  process.kill(process.pid, 'SIGTERM');
}
