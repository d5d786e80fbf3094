import { err, ok, type Result } from '@ply/bytes'
import { miscError } from '../walletError.ts'
import { ExternalSigner } from './externalSigner.ts'

const RESTART = 'restart bitcoind with -signer=<cmd>'

/** What -signer reaches. */
export class Signers {
  readonly #command: string
  readonly #chain: string
  readonly #stopped = new AbortController()

  /** `chain`: Bitcoin Core's name of the network. */
  constructor({ command = '', chain }: { readonly command?: string | undefined; readonly chain: string }) {
    this.#command = command
    this.#chain = chain
  }

  #enumerate(): Promise<ExternalSigner[]> {
    return ExternalSigner.enumerate({ command: this.#command, chain: this.#chain, signal: this.#stopped.signal })
  }

  /** All of them. Errors -1, also where there is no command. */
  async all(): Promise<readonly ExternalSigner[]> {
    if (this.#command === '') throw miscError(`Error: ${RESTART}`)
    return this.#enumerate()
  }

  /** The only one; why there is not one and only one. */
  async find(): Promise<Result<ExternalSigner, string>> {
    if (this.#command === '') return err(RESTART)
    const [only, ...others] = await this.#enumerate()
    if (!only) return err('No external signers found')
    if (others.length === 0) return ok(only)
    return err('More than one external signer found. Please connect only one at a time.')
  }

  /** The only one; error -1 without. */
  async need(): Promise<ExternalSigner> {
    const found = await this.find()
    if (found.ok) return found.value
    throw miscError(found.error)
  }

  /** Ends the programs that still run. */
  stop(): void {
    this.#stopped.abort()
  }
}
