import { open, readFile } from 'node:fs/promises'
import { unreachable, utf8ToBytes } from '@ply/bytes'
import type { Service } from '@ply/p2p'
import type { Clock, Connection, Entropy, Logger, Transport } from '@ply/ports'
import { writeFileAtomic } from '@ply/runtime'
import { TOR_COOKIE_SIZE, TorControl, type TorEffect } from './torControl.ts'
import { TorReplyReader } from './torReply.ts'
import type { TorSettings } from './torSettings.ts'

export interface TorControllerFields {
  readonly settings: TorSettings
  /** Leads to the control port without any proxy. */
  readonly transport: Transport
  readonly clock: Clock
  readonly entropy: Entropy
  readonly logger: Logger
  /** Where the key of the service is kept. */
  readonly keyFile: string
  /** Port of the service in Tor. */
  readonly port: number
  /** Peers in Tor can be reached through this proxy. */
  foundProxy(address: string): void
  /** Others can reach us there, or not any more. */
  serviceUp(service: Service): void
  serviceDown(service: Service): void
}

const CONNECT_TIMEOUT_MS = 10_000
/** Milliseconds until the next attempt: the first time, how much longer each time, and at most. */
const FIRST_RETRY = 1000
const RETRY_GROWTH = 1.5
const LAST_RETRY = 600_000

/** Keeps an onion service, by a connection to Tor's control port that is made again whenever it is lost. */
export class TorController {
  readonly #fields: TorControllerFields
  readonly #logger: Logger
  #connection: Connection | undefined
  #service: Service | undefined
  #retryIn = FIRST_RETRY
  #cancelRetry: () => void = () => undefined
  #work: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(fields: TorControllerFields) {
    this.#fields = fields
    this.#logger = fields.logger.child('tor')
    this.#connect()
  }

  /** Resolves when nothing more is done. The service ends with the connection. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancelRetry()
    this.#connection?.close()
    this.#serviceDown()
    await this.#work
  }

  #connect(): void {
    const opened = this.#open().catch((error: unknown) => {
      const { control } = this.#fields.settings
      this.#warn(`tor: Error connecting to address ${control}`)
      this.#warn(`tor: Initiating connection to Tor control port ${control} failed`)
      this.#log('debug', `Retrying in ${(this.#retryIn / 1000).toFixed(1)} seconds (${String(error)})`)
      this.#retry(this.#retryIn)
      this.#retryIn = Math.min(this.#retryIn * RETRY_GROWTH, LAST_RETRY)
    })
    // The key of the connection before may still be on its way to the disk.
    this.#work = Promise.all([this.#work, opened]).then(() => undefined)
  }

  #retry(delay: number): void {
    if (!this.#stopped) this.#cancelRetry = this.#fields.clock.schedule(delay, () => this.#connect())
  }

  async #open(): Promise<void> {
    const { settings, transport, keyFile, port, entropy } = this.#fields
    this.#log('debug', `Attempting to connect to Tor control port ${settings.control}`)
    const connection = await transport.connect(settings.control, CONNECT_TIMEOUT_MS)
    const privateKey = (await readFile(keyFile, 'latin1').catch(() => undefined))?.trim()
    if (this.#stopped) {
      connection.close()
      return
    }
    this.#log('debug', 'Successfully connected to Tor control port')
    if (privateKey) this.#log('debug', `Reading cached private key from ${keyFile}`)
    this.#connection = connection
    this.#retryIn = FIRST_RETRY
    this.#converse(connection, new TorControl({ ...settings, port, entropy, privateKey: privateKey || undefined }))
  }

  #converse(connection: Connection, control: TorControl): void {
    const reader = new TorReplyReader()
    const run = (effects: readonly TorEffect[]): void => {
      for (const effect of effects)
        this.#run(effect, { connection, cookieRead: (cookie) => run(control.cookieRead(cookie)) })
    }
    connection.listen({
      data: (bytes) => {
        const replies = reader.take(bytes)
        if (replies.ok) for (const reply of replies.value) run(control.replied(reply))
        else {
          this.#warn(`tor: Error processing receive buffer: ${replies.error}`)
          connection.close()
        }
      },
      closed: () => this.#lost(connection),
    })
    run(control.connected())
  }

  #lost(connection: Connection): void {
    if (this.#connection !== connection) return
    this.#connection = undefined
    this.#serviceDown()
    this.#log('debug', `Not connected to Tor control port ${this.#fields.settings.control}, will retry`)
    this.#retry(FIRST_RETRY)
  }

  #run(
    effect: TorEffect,
    { connection, cookieRead }: { connection: Connection; cookieRead(cookie: Uint8Array | undefined): void },
  ): void {
    switch (effect.type) {
      case 'send':
        connection.send(utf8ToBytes(`${effect.command}\r\n`)).catch(() => connection.close())
        return
      case 'read-cookie':
        void readCookie(effect.path).then((cookie) => {
          if (this.#connection === connection) cookieRead(cookie)
        })
        return
      case 'save-key':
        this.#work = this.#work.then(() => this.#saveKey(effect.privateKey))
        return
      case 'proxy':
        this.#fields.foundProxy(effect.address)
        return
      case 'service':
        this.#serviceDown()
        this.#service = effect.service
        this.#fields.serviceUp(effect.service)
        return
      case 'log':
        if (effect.level === 'debug') this.#log('debug', effect.text)
        else this.#tell(effect.level, effect.text)
        return
      default:
        unreachable(effect)
    }
  }

  #serviceDown(): void {
    if (this.#service) this.#fields.serviceDown(this.#service)
    this.#service = undefined
  }

  /** Who knows the key can take our place: nobody but us may read it. */
  async #saveKey(privateKey: string): Promise<void> {
    const { keyFile } = this.#fields
    try {
      await writeFileAtomic(keyFile, privateKey, 0o600)
      this.#log('debug', `Cached service private key to ${keyFile}`)
    } catch {
      this.#warn(`tor: Error writing service private key to ${keyFile}`)
    }
  }

  #log(level: 'debug', text: string): void {
    this.#logger.log(level, printable(text))
  }

  #warn(text: string): void {
    this.#tell('warn', text)
  }

  #tell(level: 'info' | 'warn' | 'error' | 'trace', text: string): void {
    this.#fields.logger.log(level, printable(text))
  }
}

/** Without what could do harm where it is shown: much of it is what the other end said. */
const printable = (text: string): string => text.replace(/[^ -~]/g, '')

/** One byte more than a cookie has, if it is there: enough to see that the file is another one. */
async function readCookie(path: string): Promise<Uint8Array | undefined> {
  try {
    const file = await open(Buffer.from(path, 'latin1'))
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(TOR_COOKIE_SIZE + 1), 0, TOR_COOKIE_SIZE + 1, 0)
      return new Uint8Array(buffer.subarray(0, bytesRead))
    } finally {
      await file.close()
    }
  } catch {
    return undefined
  }
}
