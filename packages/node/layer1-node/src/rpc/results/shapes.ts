// What several methods show.
import { schema } from '@ply/rpc'

const { amount, bool, hex, integer, list, mapOf, maybe, number, record, text, time } = schema

export const blockHash = hex('The block, as it is displayed: bytes reversed.')
export const txid = hex('The transaction.')
export const warnings = list(text(), 'What the operator should know.')
export const confirmations = integer('Blocks that hold it or follow; 0 in the mempool, -1 off the active chain.')

export const scriptPubKey = record(
  {
    asm: text('The script, word by word.'),
    desc: text('A descriptor of it.'),
    hex: hex('The script.'),
    address: maybe(text('Where there is one.')),
    type: text('pubkey, pubkeyhash, scripthash, multisig, nulldata, witness_v0_keyhash, … nonstandard.'),
  },
  'The script that locks the output.',
)

const prevout = record(
  {
    generated: bool('Whether a coinbase made it.'),
    height: integer('Of the block that made it.'),
    value: amount(),
    scriptPubKey,
  },
  'The coin that it spends.',
)

const input = record({
  coinbase: maybe(hex('Script of a coinbase, instead of what follows.')),
  txid: maybe(hex('The transaction whose output it spends.')),
  vout: maybe(integer('Which of its outputs.')),
  scriptSig: maybe(record({ asm: text(), hex: hex() })),
  txinwitness: maybe(list(hex())),
  prevout: maybe(prevout),
  sequence: integer(),
})

const output = record({ value: amount(), n: integer('Its index.'), scriptPubKey })

/** A transaction as `decoderawtransaction` shows it; with `hex`, as the others do. */
export const decodedTransaction = {
  txid,
  hash: hex('Its wtxid.'),
  version: integer(),
  size: integer('Bytes.'),
  vsize: integer('Virtual bytes (BIP 141).'),
  weight: integer(),
  locktime: integer(),
  vin: list(input),
  vout: list(output),
}
export const shownTransaction = {
  ...decodedTransaction,
  fee: maybe(amount('Where the coins that it spends are known.')),
  hex: hex('As it is serialised.'),
}

export const blockHeader = {
  hash: blockHash,
  confirmations,
  height: integer(),
  version: integer(),
  versionHex: text(),
  merkleroot: hex(),
  time: time(),
  mediantime: time('Median of the last eleven blocks.'),
  nonce: integer(),
  bits: hex('The target, in short form.'),
  target: hex(),
  difficulty: number('How much harder than the easiest of mainnet.'),
  chainwork: hex('Hashes that the chain up to here took, as a number.'),
  nTx: integer('Transactions.'),
  previousblockhash: maybe(blockHash),
  nextblockhash: maybe(blockHash),
}

/** A tip: hash and height. */
export const tip = record({ hash: blockHash, height: integer() })

export const mempoolEntry = {
  vsize: integer('Virtual bytes, more where signature operations are costly.'),
  weight: integer(),
  time: time('When it came.'),
  height: integer('Of the tip then.'),
  descendantcount: integer('With itself, as the following.'),
  descendantsize: integer(),
  ancestorcount: integer(),
  ancestorsize: integer(),
  wtxid: hex(),
  chunkweight: integer('Of what is mined together with it.'),
  fees: record({
    base: amount('What it pays.'),
    modified: amount('With corrections by prioritisetransaction.'),
    ancestor: amount(),
    descendant: amount(),
    chunk: amount(),
  }),
  depends: list(txid, 'Unconfirmed transactions whose outputs it spends.'),
  spentby: list(txid, 'Unconfirmed transactions that spend its outputs.'),
  unbroadcast: bool('No peer has asked for it yet.'),
  'bip125-replaceable': maybe(bool('Only with -deprecatedrpc=bip125.')),
}

/** Ids, or entries by id where `verbose`. */
export const mempoolEntries = {
  'verbose = false': list(txid),
  'verbose = true': mapOf('txid', record(mempoolEntry)),
}

export const acceptedFees = record({
  base: amount('What it pays.'),
  'effective-feerate': maybe(amount('Per 1000 virtual bytes, over what it was judged with.')),
  'effective-includes': maybe(list(hex(), 'Their wtxids.')),
})
