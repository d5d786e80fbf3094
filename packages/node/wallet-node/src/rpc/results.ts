import { schema, type Schema } from '@ply/rpc'

const { amount, anything, bool, cases, hex, integer, list, mapOf, maybe, nothing, number, record, text, time } = schema

const lastBlock = record({ hash: hex(), height: integer() }, 'The block that the answer is true for.')
const named = record({ name: text(), warnings: maybe(list(text())) })
const psbtResult = { psbt: text('In base64.') }

/** Where a transaction stands, and what was noted of it. */
const place = {
  confirmations: integer('Negative: blocks since another transaction took its inputs.'),
  generated: maybe(bool()),
  blockhash: maybe(hex()),
  blockheight: maybe(integer()),
  blockindex: maybe(integer()),
  blocktime: maybe(time()),
  trusted: maybe(bool('Of one that is not in the chain: nobody can take it away.')),
  txid: hex(),
  wtxid: hex(),
  walletconflicts: list(hex()),
  mempoolconflicts: list(hex()),
  time: time(),
  timereceived: time(),
  'bip125-replaceable': maybe(text('yes, no or unknown; only with -deprecatedrpc=bip125.')),
  comment: maybe(text()),
  to: maybe(text()),
  replaces_txid: maybe(hex()),
  replaced_by_txid: maybe(hex()),
}
const line = {
  address: maybe(text()),
  parent_descs: maybe(list(text())),
  category: text('send, receive, generate, immature or orphan.'),
  amount: amount('Negative for what was sent.'),
  label: maybe(text()),
  vout: integer(),
  fee: maybe(amount('Negative; of what was sent.')),
  abandoned: bool(),
}
const entry = record({ ...line, ...place })
const funded = { fee: amount(), changepos: integer('-1: no change.') }
const sent = record({
  psbt: maybe(text('In base64.')),
  txid: maybe(hex()),
  hex: maybe(hex()),
  complete: bool('Every signature is there.'),
})
const bumped = { origfee: amount(), fee: amount(), errors: list(text()) }
const paid = cases({
  'verbose = false': hex('The id of the transaction.'),
  'verbose = true': record({ txid: hex(), fee_reason: text() }),
})
const receivedByAddress = record({
  address: text(),
  amount: amount(),
  confirmations: integer(),
  label: text(),
  txids: list(hex()),
})
const receivedByLabel = record({ amount: amount(), confirmations: integer(), label: text() })

const walletResults = {
  createwallet: named,
  loadwallet: named,
  restorewallet: named,
  unloadwallet: record({ warnings: maybe(list(text())) }),
  backupwallet: nothing(),
  listwallets: list(text()),
  listwalletdir: record({ wallets: list(named) }),
  migratewallet: nothing(),
  getwalletinfo: record({
    walletname: text(),
    walletversion: integer('Means nothing any more.'),
    format: text(),
    txcount: integer(),
    keypoolsize: integer('Addresses ahead of those given out.'),
    keypoolsize_hd_internal: integer('The same for change.'),
    unlocked_until: maybe(time('0 while locked.')),
    private_keys_enabled: bool(),
    avoid_reuse: bool(),
    scanning: cases({ 'nothing runs': bool(), 'a rescan runs': record({ duration: integer(), progress: number() }) }),
    descriptors: bool(),
    external_signer: bool(),
    blank: bool(),
    birthtime: maybe(time()),
    flags: list(text()),
    lastprocessedblock: lastBlock,
  }),
  setwalletflag: record({ flag_name: text(), flag_state: bool(), warnings: maybe(text()) }),
  encryptwallet: text(),
  walletpassphrase: nothing(),
  walletlock: nothing(),
  walletpassphrasechange: nothing(),
} satisfies Readonly<Record<string, Schema>>

const addressResults = {
  getnewaddress: text(),
  getrawchangeaddress: text(),
  keypoolrefill: nothing(),
  getaddressinfo: record({
    address: text(),
    scriptPubKey: hex(),
    ismine: bool(),
    solvable: bool('The wallet knows how to sign for it.'),
    desc: maybe(text()),
    parent_desc: maybe(text()),
    iswatchonly: bool(),
    isscript: maybe(bool()),
    iswitness: bool(),
    witness_version: maybe(integer()),
    witness_program: maybe(hex()),
    script: maybe(text()),
    hex: maybe(hex()),
    pubkeys: maybe(list(hex())),
    sigsrequired: maybe(integer()),
    pubkey: maybe(hex()),
    embedded: maybe(anything('The same of what stands behind the script hash.')),
    iscompressed: maybe(bool()),
    ischange: bool(),
    timestamp: maybe(time()),
    hdkeypath: maybe(text()),
    hdseedid: maybe(hex()),
    hdmasterfingerprint: maybe(hex()),
    labels: list(text()),
  }),
  setlabel: nothing(),
  getaddressesbylabel: mapOf('address', record({ purpose: text() })),
  listlabels: list(text()),
  listaddressgroupings: list(list(list(anything()))),
  getreceivedbyaddress: amount(),
  getreceivedbylabel: amount(),
  listreceivedbyaddress: list(receivedByAddress),
  listreceivedbylabel: list(receivedByLabel),
  importdescriptors: list(
    record({
      success: bool(),
      warnings: maybe(list(text())),
      error: maybe(record({ code: integer(), message: text() })),
    }),
  ),
  listdescriptors: record({
    wallet_name: text(),
    descriptors: list(
      record({
        desc: text(),
        timestamp: time(),
        active: bool('Gives out addresses.'),
        internal: maybe(bool('For change.')),
        range: maybe(list(integer())),
        next: maybe(integer()),
        next_index: maybe(integer()),
      }),
    ),
  }),
  signmessage: text('In base64.'),
} satisfies Readonly<Record<string, Schema>>

const coinResults = {
  getbalance: amount(),
  getbalances: record({
    mine: record({
      trusted: amount(),
      untrusted_pending: amount(),
      immature: amount(),
      nonmempool: amount('Negative: what own transactions spend that are not in the mempool.'),
      used: maybe(amount()),
    }),
    lastprocessedblock: lastBlock,
  }),
  listunspent: list(
    record({
      txid: hex(),
      vout: integer(),
      address: maybe(text()),
      label: maybe(text()),
      redeemScript: maybe(hex()),
      witnessScript: maybe(hex()),
      scriptPubKey: hex(),
      amount: amount(),
      confirmations: integer(),
      ancestorcount: maybe(integer()),
      ancestorsize: maybe(integer()),
      ancestorfees: maybe(integer('Satoshi.')),
      spendable: bool(),
      solvable: bool(),
      desc: maybe(text()),
      parent_descs: list(text()),
      reused: maybe(bool()),
      safe: bool('Nobody else can take it away.'),
    }),
  ),
  lockunspent: bool(),
  listlockunspent: list(record({ txid: hex(), vout: integer() })),
  listtransactions: list(entry),
  listsinceblock: record({ transactions: list(entry), removed: maybe(list(entry)), lastblock: hex() }),
  gettransaction: record({
    amount: amount(),
    fee: maybe(amount()),
    ...place,
    details: list(record(line)),
    hex: hex(),
    decoded: maybe(anything('As decoderawtransaction.')),
    lastprocessedblock: lastBlock,
  }),
  abandontransaction: nothing(),
  importprunedfunds: nothing(),
  removeprunedfunds: nothing(),
  exportwatchonlywallet: record({ exported_file: text() }),
  gethdkeys: list(
    record({
      xpub: text(),
      has_private: bool('The wallet has its secret, readable now or not.'),
      xprv: maybe(text()),
      descriptors: list(record({ desc: text(), active: bool() })),
    }),
  ),
  addhdkey: record({ xpub: text() }),
  createwalletdescriptor: record({ descs: list(text()) }),
  rescanblockchain: record({
    start_height: integer(),
    stop_height: cases({ 'blocks were looked at': integer(), 'none was': nothing() }),
  }),
  abortrescan: bool(),
} satisfies Readonly<Record<string, Schema>>

const spendResults = {
  sendtoaddress: paid,
  sendmany: paid,
  send: sent,
  sendall: sent,
  fundrawtransaction: record({ hex: hex(), ...funded }),
  walletcreatefundedpsbt: record({ ...psbtResult, ...funded }),
  walletprocesspsbt: record({ ...psbtResult, complete: bool(), hex: maybe(hex()) }),
  signrawtransactionwithwallet: record({
    hex: hex(),
    complete: bool(),
    errors: maybe(
      list(
        record({
          txid: hex(),
          vout: integer(),
          witness: list(hex()),
          scriptSig: hex(),
          sequence: integer(),
          error: text(),
        }),
      ),
    ),
  }),
  bumpfee: record({ txid: hex(), ...bumped }),
  psbtbumpfee: record({ ...psbtResult, ...bumped }),
  walletdisplayaddress: record({ address: text('As the signer shows it.') }),
  simulaterawtransaction: record({ balance_change: amount() }),
} satisfies Readonly<Record<string, Schema>>

/** What every method of a wallet answers, by its name. */
export const WALLET_RESULTS = {
  ...walletResults,
  ...addressResults,
  ...coinResults,
  ...spendResults,
}

export type WalletMethodName = keyof typeof WALLET_RESULTS

/** What the methods about external signers answer. */
export const SIGNER_RESULTS = {
  enumeratesigners: record({ signers: list(record({ fingerprint: hex(), name: text('Its model.') })) }),
} satisfies Readonly<Record<string, Schema>>
