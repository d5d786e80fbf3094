import { assert, ByteWriter, withEncoding } from '@ply/bytes'
import { sha256 } from '@ply/crypto'
import { type Transaction, type TxOutput, writeOutput } from '@ply/primitives'

const sha256Of = (write: (writer: ByteWriter) => void): Uint8Array => withEncoding(write, sha256)

/**
 * The parts of signature hashes that all inputs of one transaction share, each computed once and only when asked for,
 * so that checking n inputs costs O(n). Give one to every checker and signer of the transaction.
 */
export class SighashCache {
  readonly tx: Transaction
  readonly #spentOutputs: readonly (TxOutput | undefined)[]
  #prevouts: Uint8Array | undefined
  #sequences: Uint8Array | undefined
  #outputs: Uint8Array | undefined
  #amounts: Uint8Array | undefined
  #scripts: Uint8Array | undefined
  #doublePrevouts: Uint8Array | undefined
  #doubleSequences: Uint8Array | undefined
  #doubleOutputs: Uint8Array | undefined
  #blanked: Uint8Array | undefined

  /**
   * `spentOutputs` stand in the order of the inputs. Legacy hashes need none of them, BIP 143 the input's own,
   * BIP 341 all.
   */
  constructor(tx: Transaction, spentOutputs: readonly (TxOutput | undefined)[] = []) {
    this.tx = tx
    this.#spentOutputs = spentOutputs
  }

  /** The output that an input spends; a missing one is a bug of the caller. */
  spentOutput(inputIndex: number): TxOutput {
    const output = this.#spentOutputs[inputIndex]
    assert(output !== undefined, `spent output of input ${inputIndex} is not known`)
    return output
  }

  /** SHA256 over all outpoints. */
  get prevouts(): Uint8Array {
    return (this.#prevouts ??= sha256Of((writer) => {
      for (const { prevout } of this.tx.inputs) writer.bytes(prevout.txid).u32(prevout.index)
    }))
  }

  /** SHA256 over all sequence numbers. */
  get sequences(): Uint8Array {
    return (this.#sequences ??= sha256Of((writer) => {
      for (const { sequence } of this.tx.inputs) writer.u32(sequence)
    }))
  }

  /** SHA256 over all outputs. */
  get outputs(): Uint8Array {
    return (this.#outputs ??= sha256Of((writer) => {
      for (const output of this.tx.outputs) writeOutput(writer, output)
    }))
  }

  /** SHA256 over the values of all spent outputs (BIP 341). */
  get amounts(): Uint8Array {
    return (this.#amounts ??= sha256Of((writer) => {
      for (let i = 0; i < this.tx.inputs.length; i++) writer.i64(this.spentOutput(i).value)
    }))
  }

  /** SHA256 over the scriptPubKeys of all spent outputs (BIP 341). */
  get scripts(): Uint8Array {
    return (this.#scripts ??= sha256Of((writer) => {
      for (let i = 0; i < this.tx.inputs.length; i++) writer.varBytes(this.spentOutput(i).scriptPubKey)
    }))
  }

  /** BIP 143 hashPrevouts. */
  get doublePrevouts(): Uint8Array {
    return (this.#doublePrevouts ??= sha256(this.prevouts))
  }

  /** BIP 143 hashSequence. */
  get doubleSequences(): Uint8Array {
    return (this.#doubleSequences ??= sha256(this.sequences))
  }

  /** BIP 143 hashOutputs. */
  get doubleOutputs(): Uint8Array {
    return (this.#doubleOutputs ??= sha256(this.outputs))
  }

  /** The serialisation without witness and with every scriptSig empty: what a legacy SIGHASH_ALL starts from. */
  get blanked(): Uint8Array {
    if (!this.#blanked) {
      const { tx } = this
      const writer = new ByteWriter(512)
      writer.u32(tx.version).compactSize(tx.inputs.length)
      for (const { prevout, sequence } of tx.inputs) {
        writer.bytes(prevout.txid).u32(prevout.index).u8(0).u32(sequence)
      }
      writer.compactSize(tx.outputs.length)
      for (const output of tx.outputs) writeOutput(writer, output)
      this.#blanked = writer.u32(tx.lockTime).finish()
    }
    return this.#blanked
  }
}
