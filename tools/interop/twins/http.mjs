// One HTTP exchange over a socket of its own, so that anything can be sent.
import { connect } from 'node:net'

const HEAD_END = '\r\n\r\n'

function parseReply(bytes) {
  const text = bytes.toString('latin1')
  const end = text.indexOf(HEAD_END)
  if (end < 0) return { status: 0, headers: [], body: text }
  const [first, ...headers] = text.slice(0, end).split('\r\n')
  return { status: first, headers, body: bytes.subarray(end + HEAD_END.length) }
}

/** Sends bytes as they are and gives all that comes until the other side is silent or gone. */
export function exchangeRaw(port, request, { seconds = 10 } = {}) {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1')
    const chunks = []
    const finish = (closed) => {
      clearTimeout(timer)
      socket.destroy()
      done({ ...parseReply(Buffer.concat(chunks)), closed })
    }
    const timer = setTimeout(() => finish(false), seconds * 1000)
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('close', () => finish(true))
    socket.on('error', () => undefined)
    socket.write(request)
  })
}

/** A request with a head of the usual kind; `headers` of the caller come instead of those of the same name. */
export function formatRequest({ method = 'POST', path = '/', cookie, headers = {}, body = '' }) {
  const usual = {
    Host: '127.0.0.1',
    Connection: 'close',
    ...(cookie && { Authorization: `Basic ${Buffer.from(cookie).toString('base64')}` }),
    ...(method === 'POST' && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }),
    ...headers,
  }
  const lines = Object.entries(usual)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`), Buffer.from(body)])
}
