import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'

/** Longest line of an answer, in bytes: destinations take some 700. */
const MAX_LINE = 65_536
const NEWLINE = 0x0a
/** EdDSA: the kind of destination that all routers know. */
const SIGNATURE_TYPE = 7

/** Waits for the next line of a socket, and leaves what follows for the next reader. */
function readLine(socket: Socket): Promise<string> {
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
      reject(new Error('the I2P router closed the connection'))
    }
    const done = (): void => {
      socket.off('readable', take).off('error', fail).off('end', fail).off('close', fail)
    }
    socket.on('readable', take).on('error', fail).on('end', fail).on('close', fail)
    take()
  })
}

/** Asks the router, and gives what its answer says. Throws where that is not `RESULT=OK`. */
async function ask(socket: Socket, request: string): Promise<ReadonlyMap<string, string>> {
  socket.write(`${request}\n`)
  const answer = await readLine(socket)
  const values = new Map(
    answer.split(' ').map((word) => {
      const equals = word.indexOf('=')
      return equals < 0 ? [word, ''] : [word.slice(0, equals), word.slice(equals + 1)]
    }),
  )
  const verb = request.split(' ', 2).join(' ')
  if (values.get('RESULT') !== 'OK') throw new Error(`Reply to "${verb} ...": had a RESULT not equal to OK.`)
  return values
}

/**
 * Leads to an I2P destination through a router's SAM, version 3.1. Each connection has a session, and so an address, of
 * its own: nobody can tell that two of them are ours. `open` makes a connection to the router.
 */
export async function connectThroughSam(open: () => Promise<Socket>, host: string): Promise<Socket> {
  // The session lasts as long as this connection.
  const control = await open()
  try {
    await ask(control, 'HELLO VERSION MIN=3.1 MAX=3.1')
    const id = randomBytes(5).toString('hex')
    const tunnels = 'i2cp.leaseSetEncType=4,0 inbound.quantity=1 outbound.quantity=1'
    const transient = `DESTINATION=TRANSIENT SIGNATURE_TYPE=${SIGNATURE_TYPE}`
    await ask(control, `SESSION CREATE STYLE=STREAM ID=${id} ${transient} ${tunnels}`)
    const socket = await open()
    socket.once('close', () => control.destroy())
    control.on('error', () => socket.destroy()).once('close', () => socket.destroy())
    control.resume()
    await ask(socket, 'HELLO VERSION MIN=3.1 MAX=3.1')
    const destination = (await ask(socket, `NAMING LOOKUP NAME=${host}`)).get('VALUE')
    if (destination === undefined) throw new Error('Missing VALUE= in the reply to "NAMING LOOKUP ..."')
    await ask(socket, `STREAM CONNECT ID=${id} DESTINATION=${destination} SILENT=false`)
    return socket
  } catch (error) {
    control.destroy()
    throw error
  }
}
