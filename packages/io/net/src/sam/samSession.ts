import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import type { Logger } from '@ply/ports'
import { addressOf, decodeI2pBase64, destinationOf, encodeI2pBase64 } from './i2pDestination.ts'
import { ask, readLine, waitForData } from './samSocket.ts'

export interface SamSessionFields {
  /** For the log. */
  readonly router: string
  /** Makes a connection to the router. */
  open(): Promise<Socket>
  /** Where the key of a lasting address is kept; without, the address lasts as long as the session. */
  readonly keyFile?: string | undefined
  readonly logger: Logger
}

/** EdDSA: the kind of destination that all routers know. */
const SIGNATURE = 'SIGNATURE_TYPE=7'
const OPTIONS = 'i2cp.leaseSetEncType=4,0'
/** Milliseconds in which a peer's address must be through once it begins to come. */
const ADDRESS_TIMEOUT = 10_000

interface Open {
  readonly id: string
  /** `….b32.i2p:0`: ours. */
  readonly address: string
  /** The session lasts as long as this connection. */
  readonly control: Socket
}

/** An open stream to a peer. Addresses are `….b32.i2p:0`. */
export interface SamStream {
  readonly socket: Socket
  readonly local: string
  readonly remote: string
}

/** An address of ours in I2P, from which peers are connected to and to which they come (SAM 3.1). */
export class SamSession {
  readonly #fields: SamSessionFields
  #open: Open | undefined
  #opening: Promise<Open> | undefined

  constructor(fields: SamSessionFields) {
    this.#fields = fields
  }

  async connect(host: string): Promise<SamStream> {
    const { id, address } = await this.#ensure()
    const socket = await this.#hello()
    try {
      const destination = (await ask(socket, `NAMING LOOKUP NAME=${host}`)).checkOk().get('VALUE')
      await this.#stream(socket, `STREAM CONNECT ID=${id} DESTINATION=${destination} SILENT=false`)
      return { socket, local: address, remote: `${host}:0` }
    } catch (error) {
      socket.destroy()
      throw error
    }
  }

  /** Is ready to have a peer come: our address, and the way to wait for it. */
  async listen(): Promise<{ readonly address: string; accept(): Promise<SamStream>; close(): void }> {
    const { id, address } = await this.#ensure()
    const socket = await this.#hello()
    try {
      await this.#stream(socket, `STREAM ACCEPT ID=${id} SILENT=false`)
    } catch (error) {
      socket.destroy()
      throw error
    }
    return { address, accept: () => this.#accept(socket, address), close: () => socket.destroy() }
  }

  /** Ends the session, and with it all that it is used for. */
  close(): void {
    if (!this.#open) return
    this.#fields.logger.log('info', `Destroying I2P SAM session ${this.#open.id}`)
    this.#open.control.destroy()
    this.#open = undefined
  }

  async #accept(socket: Socket, local: string): Promise<SamStream> {
    try {
      await waitForData(socket)
      const line = await readLine(socket, ADDRESS_TIMEOUT)
      // A router that lost the session says so in the place of an address.
      if (line.includes('RESULT=I2P_ERROR')) {
        this.close()
        throw new Error(`unexpected reply that hints the session is unusable: ${line}`)
      }
      return { socket, local, remote: addressOf(decodeI2pBase64(line.split(' ', 1)[0]!)) }
    } catch (error) {
      socket.destroy()
      throw error
    }
  }

  async #stream(socket: Socket, request: string): Promise<void> {
    const reply = await ask(socket, request)
    if (reply.isOk) return
    // The router knows nothing of the session: the next one is a new one.
    if (reply.get('RESULT') === 'INVALID_ID') this.close()
    throw new Error(`"${reply.line}"`)
  }

  async #hello(): Promise<Socket> {
    const socket = await this.#fields.open()
    try {
      ;(await ask(socket, 'HELLO VERSION MIN=3.1 MAX=3.1')).checkOk()
      return socket
    } catch (error) {
      socket.destroy()
      throw error
    }
  }

  /** The session, made anew if the router ended it. Who asks at the same time gets the same one. */
  #ensure(): Promise<Open> {
    if (this.#open && !this.#open.control.destroyed) return Promise.resolve(this.#open)
    this.#opening ??= this.#create().finally(() => {
      this.#opening = undefined
    })
    return this.#opening
  }

  async #create(): Promise<Open> {
    const { router, keyFile, logger } = this.#fields
    const id = randomBytes(5).toString('hex')
    const type = keyFile === undefined ? 'transient' : 'persistent'
    logger.log('debug', `Creating ${type} I2P SAM session ${id} with ${router}`)
    const control = await this.#hello()
    try {
      const key =
        keyFile === undefined ? await this.#createTransient(control, id) : await this.#createLasting(control, id)
      const address = addressOf(destinationOf(key))
      control.resume()
      this.#open = { id, address, control }
      const name = type === 'transient' ? 'Transient' : 'Persistent'
      logger.log('info', `${name} I2P SAM session ${id} created, my address=${address}`)
      return this.#open
    } catch (error) {
      control.destroy()
      throw error
    }
  }

  async #createTransient(control: Socket, id: string): Promise<Uint8Array> {
    const what = `DESTINATION=TRANSIENT ${SIGNATURE} ${OPTIONS} inbound.quantity=1 outbound.quantity=1`
    const reply = await ask(control, `SESSION CREATE STYLE=STREAM ID=${id} ${what}`)
    return decodeI2pBase64(reply.checkOk().get('DESTINATION'))
  }

  async #createLasting(control: Socket, id: string): Promise<Uint8Array> {
    const key = await this.#lastingKey(control)
    const what = `DESTINATION=${encodeI2pBase64(key)} ${OPTIONS} inbound.quantity=3 outbound.quantity=3`
    ;(await ask(control, `SESSION CREATE STYLE=STREAM ID=${id} ${what}`)).checkOk()
    return key
  }

  /** The key of earlier runs, or a new one, which nobody but us may read. */
  async #lastingKey(control: Socket): Promise<Uint8Array> {
    const path = this.#fields.keyFile!
    const stored = await readFile(path).catch(() => undefined)
    if (stored) return new Uint8Array(stored)
    const key = decodeI2pBase64((await ask(control, `DEST GENERATE ${SIGNATURE}`)).get('PRIV'))
    await writeFile(path, key, { mode: 0o600 }).catch((cause: unknown) => {
      throw new Error(`Cannot save I2P private key to "${path}"`, { cause })
    })
    return key
  }
}
