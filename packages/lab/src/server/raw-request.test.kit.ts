import { connect } from 'node:net';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly text: string;
}

/** Sends a request word for word, as no client that tidies up paths and headers would. */
export function rawRequest(
  port: number,
  lines: readonly string[],
  body: string | readonly string[] = '',
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (data) => {
      text += data;
    });
    // A server that refuses a body closes the connection while it is still being sent.
    socket.on('error', (error) => (text === '' ? reject(error) : undefined));
    socket.on('close', () => resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? Number.NaN), text }));
    socket.write(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`);
    for (const part of typeof body === 'string' ? [body] : body) socket.write(part);
  });
}
