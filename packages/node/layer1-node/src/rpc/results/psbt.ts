import { schema, type Schema } from '@ply/rpc'
import { decodedTransaction, scriptPubKey, txid } from './shapes.ts'

const { amount, bool, hex, integer, list, mapOf, maybe, record, text, time } = schema

const encoded = text('The PSBT, in base64.')
const script = record({ asm: text(), hex: hex(), type: text() })
const origin = { master_fingerprint: hex(), path: text('m/84h/1h/0h.') }
const derivations = maybe(list(record({ pubkey: hex(), ...origin })))
const tapDerivations = maybe(list(record({ pubkey: hex(), ...origin, leaf_hashes: list(hex()) })))
const participants = maybe(list(record({ aggregate_pubkey: hex(), participant_pubkeys: list(hex()) })))
const proprietary = list(record({ identifier: hex(), subtype: integer(), key: hex(), value: hex() }))
const unknown = mapOf('key', hex(), 'Fields of types that are not known here.')
const preimages = maybe(mapOf('hash', hex()))

const musigPart = (value: Readonly<Record<string, Schema>>): Schema =>
  maybe(list(record({ participant_pubkey: hex(), aggregate_pubkey: hex(), leaf_hash: maybe(hex()), ...value })))

const input = record({
  witness_utxo: maybe(record({ amount: amount(), scriptPubKey })),
  non_witness_utxo: maybe(record(decodedTransaction)),
  partial_signatures: maybe(mapOf('pubkey', hex('The signature.'))),
  sighash: maybe(text()),
  redeem_script: maybe(script),
  witness_script: maybe(script),
  bip32_derivs: derivations,
  final_scriptSig: maybe(record({ asm: text(), hex: hex() })),
  final_scriptwitness: maybe(list(hex())),
  ripemd160_preimages: preimages,
  sha256_preimages: preimages,
  hash160_preimages: preimages,
  hash256_preimages: preimages,
  previous_txid: maybe(txid),
  previous_vout: maybe(integer()),
  sequence: maybe(integer()),
  time_locktime: maybe(time()),
  height_locktime: maybe(integer()),
  taproot_key_path_sig: maybe(hex()),
  taproot_script_path_sigs: maybe(list(record({ pubkey: hex(), leaf_hash: hex(), sig: hex() }))),
  taproot_scripts: maybe(list(record({ script: hex(), leaf_ver: integer(), control_blocks: list(hex()) }))),
  taproot_bip32_derivs: tapDerivations,
  taproot_internal_key: maybe(hex()),
  taproot_merkle_root: maybe(hex()),
  musig2_participant_pubkeys: participants,
  musig2_pubnonces: musigPart({ pubnonce: hex() }),
  musig2_partial_sigs: musigPart({ partial_sig: hex() }),
  proprietary: maybe(proprietary),
  unknown: maybe(unknown),
})

const output = record({
  redeem_script: maybe(script),
  witness_script: maybe(script),
  bip32_derivs: derivations,
  amount: maybe(amount('Of version 2.')),
  script: maybe(scriptPubKey),
  taproot_internal_key: maybe(hex()),
  taproot_tree: maybe(list(record({ depth: integer(), leaf_ver: integer(), script: hex() }))),
  taproot_bip32_derivs: tapDerivations,
  musig2_participant_pubkeys: participants,
  proprietary: maybe(proprietary),
  unknown: maybe(unknown),
})

const decoded = record({
  tx: maybe(record(decodedTransaction, 'Of version 0.')),
  global_xpubs: list(record({ xpub: text(), ...origin })),
  tx_version: maybe(integer('Of version 2, as the following.')),
  fallback_locktime: maybe(integer()),
  input_count: maybe(integer()),
  output_count: maybe(integer()),
  inputs_modifiable: maybe(bool()),
  outputs_modifiable: maybe(bool()),
  has_sighash_single: maybe(bool()),
  psbt_version: integer(),
  proprietary,
  unknown,
  inputs: list(input),
  outputs: list(output),
  fee: maybe(amount('Where all that it spends is known.')),
})

const analysed = record({
  inputs: maybe(
    list(
      record({
        has_utxo: bool('Whether the output that it spends is there.'),
        is_final: bool(),
        missing: maybe(
          record({
            pubkeys: maybe(list(hex('HASH160 of a key.'))),
            signatures: maybe(list(hex('HASH160 of a key.'))),
            redeemscript: maybe(hex('HASH160 of it.')),
            witnessscript: maybe(hex('SHA256 of it.')),
          }),
        ),
        next: maybe(text('Whose turn it is: updater, signer, finalizer or extractor.')),
      }),
    ),
  ),
  estimated_vsize: maybe(integer()),
  estimated_feerate: maybe(amount('Per 1000 virtual bytes.')),
  fee: maybe(amount()),
  next: text('Whose turn it is.'),
  error: maybe(text()),
})

const processed = record({
  psbt: maybe(encoded),
  hex: maybe(hex('The transaction, where it is complete.')),
  complete: bool(),
})

export const psbtResults = {
  createpsbt: encoded,
  converttopsbt: encoded,
  decodepsbt: decoded,
  analyzepsbt: analysed,
  combinepsbt: encoded,
  joinpsbts: encoded,
  finalizepsbt: processed,
  utxoupdatepsbt: encoded,
  descriptorprocesspsbt: processed,
} satisfies Readonly<Record<string, Schema>>
