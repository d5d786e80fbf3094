import type { Socket } from 'node:net'
import { SamReply } from './samReply.ts'

/** Longest line of an answer, in bytes: destinations take some 700. */
const MAX_LINE = 65_536
const NEWLINE = 0x0a
/** A router may have to look around in its network first. Milliseconds. */
const REPLY_TIMEOUT = 3 * 60_000

const CLOSED = 'the I2P router closed the connection'

/** Waits for the next line of a socket, and leaves what follows for the next reader. Rejects after `timeout` milliseconds. */
export function readLine(socket: Socket, timeout: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    const take = (): void => {
      const chunk = socket.read() as Buffer | null
      if (!chunk) return
      const end = chunk.indexOf(NEWLINE)
      parts.push(end < 0 ? chunk : chunk.subarray(0, end))
      if (parts.reduce((sum, { length }) => sum + length, 0) > MAX_LINE) return fail()
      if (end < 0) return
      done()
      if (end + 1 < chunk.length) socket.unshift(chunk.subarray(end + 1))
      resolve(Buffer.concat(parts).toString('latin1'))
    }
    const fail = (): void => {
      done()
      reject(new Error(CLOSED))
    }
    const timer = setTimeout(() => {
      done()
      reject(new Error('the I2P router does not answer'))
    }, timeout)
    const done = (): void => {
      clearTimeout(timer)
      socket.off('readable', take).off('error', fail).off('end', fail).off('close', fail)
    }
    socket.on('readable', take).on('error', fail).on('end', fail).on('close', fail)
    take()
  })
}

/** Waits, for as long as it takes, until there is something to read. */
export function waitForData(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const come = (): void => {
      done()
      if (socket.readableLength > 0) resolve()
      else reject(new Error(CLOSED))
    }
    const fail = (): void => {
      done()
      reject(new Error(CLOSED))
    }
    const done = (): void => {
      socket.off('readable', come).off('error', fail).off('end', fail).off('close', fail)
    }
    if (socket.readableLength > 0) return resolve()
    if (socket.destroyed) return reject(new Error(CLOSED))
    socket.on('readable', come).on('error', fail).on('end', fail).on('close', fail)
  })
}

export async function ask(socket: Socket, request: string): Promise<SamReply> {
  socket.write(`${request}\n`)
  return new SamReply(request, await readLine(socket, REPLY_TIMEOUT))
}
