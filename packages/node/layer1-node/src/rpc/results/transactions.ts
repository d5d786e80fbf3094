import { schema, type Schema } from '@ply/rpc'
import {
  acceptedFees,
  blockHash,
  decodedTransaction,
  mempoolEntries,
  mempoolEntry,
  scriptPubKey,
  shownTransaction,
  txid,
} from './shapes.ts'

const { amount, bool, cases, hex, integer, list, mapOf, maybe, record, text, time } = schema

const { hex: _, ...scriptWithoutHex } = scriptPubKey.members

const signed = record({
  hex: hex('The transaction.'),
  complete: bool('Whether every input is signed.'),
  errors: maybe(
    list(
      record({
        txid,
        vout: integer(),
        witness: list(hex()),
        scriptSig: hex(),
        sequence: integer(),
        error: text('What is wrong with the input.'),
      }),
    ),
  ),
})

const identified = { txid, wtxid: hex(), hex: hex('The transaction.') }

export const transactionResults = {
  getrawtransaction: cases({
    'verbosity = 0': hex('The transaction.'),
    'verbosity = 1 and 2': record({
      in_active_chain: maybe(bool('Where a block was named.')),
      ...shownTransaction,
      blockhash: maybe(blockHash),
      confirmations: maybe(integer()),
      time: maybe(time()),
      blocktime: maybe(time()),
    }),
  }),
  decoderawtransaction: record(decodedTransaction),
  decodescript: record({
    ...scriptWithoutHex,
    p2sh: maybe(text('Address of the script behind a hash.')),
    segwit: maybe(record({ ...scriptPubKey.members, 'p2sh-segwit': text() })),
  }),
  createrawtransaction: hex('The transaction.'),
  combinerawtransaction: hex('The transaction.'),
  signrawtransactionwithkey: signed,
  sendrawtransaction: txid,
  getprivatebroadcastinfo: record({
    transactions: list(
      record({
        ...identified,
        time_added: time('When it was to be sent.'),
        peers: list(
          record({
            address: text('host:port'),
            sent: time('When it was chosen for this peer.'),
            received: maybe(time('When the peer showed that it had it.')),
          }),
        ),
      }),
    ),
  }),
  abortprivatebroadcast: record({ removed_transactions: list(record(identified)) }),
  testmempoolaccept: list(
    record({
      txid,
      wtxid: hex(),
      allowed: maybe(bool('Missing where it was not judged.')),
      'package-error': maybe(text()),
      vsize: maybe(integer()),
      fees: maybe(acceptedFees),
      'reject-reason': maybe(text()),
      'reject-details': maybe(text()),
    }),
  ),
  submitpackage: record({
    package_msg: text('success, or what is wrong with the package.'),
    'tx-results': mapOf(
      'wtxid',
      record({
        txid,
        'other-wtxid': maybe(hex('Another transaction of the same id is in the mempool.')),
        vsize: maybe(integer()),
        fees: maybe(acceptedFees),
        error: maybe(text()),
      }),
    ),
    'replaced-transactions': list(txid),
  }),
  getrawmempool: cases({
    ...mempoolEntries,
    'mempool_sequence = true': record({ txids: list(txid), mempool_sequence: integer() }),
  }),
  getmempoolentry: record(mempoolEntry),
  getmempoolancestors: cases(mempoolEntries),
  getmempooldescendants: cases(mempoolEntries),
  getmempoolcluster: record({
    clusterweight: integer(),
    txcount: integer(),
    chunks: list(record({ chunkfee: amount(), chunkweight: integer(), txs: list(txid) }), 'In mining order.'),
  }),
  getmempoolfeeratediagram: list(record({ weight: integer(), fee: amount() })),
  getmempoolinfo: record({
    loaded: bool('Whether what was saved is in.'),
    size: integer('Transactions.'),
    bytes: integer('Their virtual bytes.'),
    usage: integer('Memory.'),
    total_fee: amount(),
    maxmempool: integer('Bytes of memory at most.'),
    mempoolminfee: amount('Per 1000 virtual bytes, now.'),
    minrelaytxfee: amount('Per 1000 virtual bytes, always.'),
    incrementalrelayfee: amount('What a replacement must pay more, per 1000 virtual bytes.'),
    unbroadcastcount: integer(),
    permitbaremultisig: bool(),
    maxdatacarriersize: integer(),
    limitclustercount: integer(),
    limitclustersize: integer('Virtual bytes.'),
    optimal: bool('Whether the mining order is the best there is.'),
    fullrbf: maybe(bool('Only with -deprecatedrpc=fullrbf.')),
  }),
  savemempool: record({ filename: text() }),
  importmempool: record({}),
  gettxspendingprevout: list(
    record({
      txid,
      vout: integer(),
      spendingtxid: maybe(hex()),
      spendingtx: maybe(hex()),
      blockhash: maybe(blockHash),
    }),
  ),
  prioritisetransaction: bool(),
  getprioritisedtransactions: mapOf(
    'txid',
    record({ fee_delta: integer('Satoshi.'), in_mempool: bool(), modified_fee: maybe(integer('Satoshi.')) }),
  ),
  getorphantxs: cases({
    'verbosity = 0': list(txid),
    'verbosity = 1 and 2': list(
      record({
        txid,
        wtxid: hex(),
        bytes: integer(),
        vsize: integer(),
        weight: integer(),
        from: list(integer(), 'Peers that sent it.'),
        hex: maybe(hex()),
      }),
    ),
  }),
} satisfies Readonly<Record<string, Schema>>
