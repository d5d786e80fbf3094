import { ByteWriter, err, ok, type Result } from '@ply/bytes'
import { computeTxid, type OutPoint, type Transaction } from '@ply/primitives'
import { classifyOutput, MAX_SCRIPT_ELEMENT_SIZE, ScriptReader } from '@ply/script'
import { murmurHash3 } from './murmurHash3.ts'

/** Bytes: 20,000 items of which one in a thousand is mistaken for one that was added. */
export const MAX_BLOOM_FILTER_SIZE = 36_000
export const MAX_HASH_FUNCTIONS = 50
/** Longest item, in bytes: no script pushes a longer one. */
export const MAX_BLOOM_ITEM_SIZE = MAX_SCRIPT_ELEMENT_SIZE
/** Far apart, so that the seeds of neighbouring hash functions differ in many bits. */
const SEED_STEP = 0xfba4c795

/** Which outputs that match are added to the filter themselves, so that their spending matches too. */
const UPDATE_MASK = 3
const UPDATE_ALL = 1
const UPDATE_PUBKEY_ONLY = 2

/** BIP 37, as the peer sends it. */
export interface BloomFilterFields {
  readonly data: Uint8Array
  readonly hashFunctions: number
  readonly tweak: number
  readonly flags: number
}

/** BIP 37: what a peer wants to hear of, with some more, so that nobody knows what it really looks for. */
export class BloomFilter {
  readonly #data: Uint8Array
  readonly #fields: BloomFilterFields

  private constructor(fields: BloomFilterFields) {
    this.#data = fields.data.slice()
    this.#fields = fields
  }

  /** Violation `too-large`: more bytes or hash functions than a peer may ask of us. */
  static create(fields: BloomFilterFields): Result<BloomFilter, 'too-large'> {
    const { data, hashFunctions } = fields
    if (data.length > MAX_BLOOM_FILTER_SIZE || hashFunctions > MAX_HASH_FUNCTIONS) return err('too-large')
    return ok(new BloomFilter(fields))
  }

  /** What a `filterload` of it would carry. */
  get fields(): BloomFilterFields {
    return { ...this.#fields, data: this.#data.slice() }
  }

  add(item: Uint8Array): void {
    for (const bit of this.#bits(item)) this.#data[bit >>> 3]! |= 1 << (bit & 7)
  }

  has(item: Uint8Array): boolean {
    for (const bit of this.#bits(item)) if ((this.#data[bit >>> 3]! & (1 << (bit & 7))) === 0) return false
    return true
  }

  /** None in a filter of no bytes, which matches everything. */
  *#bits(item: Uint8Array): Generator<number> {
    const { hashFunctions, tweak } = this.#fields
    const size = this.#data.length * 8
    if (size === 0) return
    for (let i = 0; i < hashFunctions; i++) yield murmurHash3((Math.imul(i, SEED_STEP) + tweak) >>> 0, item) % size
  }

  /** True if the peer wants to hear of the transaction. Outputs that match are added, as the peer's flags say. */
  matchAndUpdate(tx: Transaction): boolean {
    if (this.#data.length === 0) return true
    const txid = computeTxid(tx)
    let found = this.has(txid)
    tx.outputs.forEach(({ scriptPubKey }, index) => {
      if (!this.#matchesScript(scriptPubKey)) return
      found = true
      if (this.#updatesWith(scriptPubKey)) this.add(encodeOutPoint({ txid, index }))
    })
    if (found) return true
    return tx.inputs.some(
      ({ prevout, scriptSig }) => this.has(encodeOutPoint(prevout)) || this.#matchesScript(scriptSig),
    )
  }

  /** True if something matches that the script pushes. */
  #matchesScript(script: Uint8Array): boolean {
    const reader = new ScriptReader(script)
    while (reader.next()) if (reader.dataEnd > reader.dataStart && this.has(reader.data())) return true
    return false
  }

  #updatesWith(scriptPubKey: Uint8Array): boolean {
    const update = this.#fields.flags & UPDATE_MASK
    if (update !== UPDATE_PUBKEY_ONLY) return update === UPDATE_ALL
    const { type } = classifyOutput(scriptPubKey)
    return type === 'pubkey' || type === 'multisig'
  }
}

const encodeOutPoint = ({ txid, index }: OutPoint): Uint8Array => new ByteWriter(36).bytes(txid).u32(index).finish()
