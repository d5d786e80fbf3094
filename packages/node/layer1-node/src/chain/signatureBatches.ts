import { type SignatureCheck, verifySignatureCheck } from '@ply/script'

/** Who verifies many signatures at once: a byte for each, 1 if it is good. */
export interface SignatureVerifier {
  verify(checks: readonly SignatureCheck[]): Promise<Uint8Array>
}

/** Signatures that are sent off together. */
const BATCH = 128
/** Signatures of a block below which asking other threads costs more than it brings. */
const WORTH_THREADS = 64

/** Spends of a block, from one place among them to another, both included. */
export interface SpendRange {
  readonly from: number
  readonly to: number
}

/** The signatures of one block, on their way to other threads while its scripts still run here. */
export class SignatureBatches {
  readonly #verifier: SignatureVerifier | undefined
  readonly #sent: Promise<SpendRange | undefined>[] = []
  #waiting: SignatureCheck[] = []
  #from = 0
  #to = 0

  /** Without a verifier, this thread verifies them all in the end. */
  constructor(verifier: SignatureVerifier | undefined) {
    this.#verifier = verifier
  }

  /** Signatures that a transaction's scripts ask for; `at` is its place among the spends, never before the last one. */
  readonly collect = (checks: readonly SignatureCheck[], at: number): void => {
    if (this.#waiting.length === 0) this.#from = at
    this.#to = at
    this.#waiting.push(...checks)
    if (this.#verifier && this.#waiting.length >= BATCH) this.#send(this.#verifier)
  }

  #send(verifier: SignatureVerifier): void {
    const batch = this.#waiting
    const range = { from: this.#from, to: this.#to }
    this.#waiting = []
    this.#sent.push(verifier.verify(batch).then((verdicts) => (verdicts.includes(0) ? range : undefined)))
  }

  /** Where a signature is bad, in order; empty if all are good. */
  async findBad(): Promise<readonly SpendRange[]> {
    const waiting = this.#waiting.length
    if (this.#verifier && waiting > 0 && (this.#sent.length > 0 || waiting >= WORTH_THREADS)) this.#send(this.#verifier)
    const here = this.#waiting.every(verifySignatureCheck) ? undefined : { from: this.#from, to: this.#to }
    return [...(await Promise.all(this.#sent)), here].filter((range) => range !== undefined)
  }
}
