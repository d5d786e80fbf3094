import type { Clock, Logger } from '@ply/ports'
import type { SamSession, SamStream } from './samSession.ts'

export interface I2pAcceptorFields {
  readonly session: SamSession
  readonly clock: Clock
  readonly logger: Logger
  accepted(stream: SamStream): void
  /** Our address while peers can come there; undefined when they cannot any more. */
  listening(address: string | undefined): void
}

/** Milliseconds until the next attempt to listen: the first time, how much longer each time, and at most. */
const RETRY_STEP = 1000
const LAST_RETRY = 5 * 60_000

/** Waits for one peer after the other, and makes the session anew where the router ended it. */
export class I2pAcceptor {
  readonly #fields: I2pAcceptorFields
  #address: string | undefined
  #retryIn = RETRY_STEP
  #cancelRetry: () => void = () => undefined
  #closeListener: () => void = () => undefined
  #stopped = false

  constructor(fields: I2pAcceptorFields) {
    this.#fields = fields
    void this.#loop()
  }

  stop(): void {
    this.#stopped = true
    this.#cancelRetry()
    this.#closeListener()
    this.#listening(undefined)
  }

  async #loop(): Promise<void> {
    while (!this.#stopped) {
      if (await this.#acceptOne()) {
        this.#retryIn = RETRY_STEP
        continue
      }
      if (this.#stopped) return
      const { clock } = this.#fields
      this.#cancelRetry = clock.schedule(this.#retryIn, () => void this.#loop())
      this.#retryIn = Math.min(this.#retryIn + RETRY_STEP, LAST_RETRY)
      return
    }
  }

  async #acceptOne(): Promise<boolean> {
    const { session, logger } = this.#fields
    const listener = await session.listen().catch((error: unknown) => {
      if (!this.#stopped) logger.log('error', `Couldn't listen: ${(error as Error).message}`)
      return undefined
    })
    this.#listening(this.#stopped ? undefined : listener?.address)
    if (!listener) return false
    this.#closeListener = () => listener.close()
    if (this.#stopped) {
      listener.close()
      return false
    }
    try {
      const stream = await listener.accept()
      this.#closeListener = () => undefined
      if (this.#stopped) stream.socket.destroy()
      else this.#fields.accepted(stream)
      return true
    } catch (error) {
      if (!this.#stopped) logger.log('debug', `Error accepting: ${(error as Error).message}`)
      return false
    }
  }

  #listening(address: string | undefined): void {
    if (address === this.#address) return
    this.#address = address
    this.#fields.listening(address)
  }
}
