import { schema, type Schema } from '@ply/rpc'
import { blockHash, blockHeader, confirmations, scriptPubKey, shownTransaction, tip, txid, warnings } from './shapes.ts'

const { amount, bool, cases, hex, integer, list, mapOf, maybe, nothing, number, record, text, time } = schema

const coinbase = record({
  version: integer(),
  locktime: integer(),
  sequence: integer(),
  coinbase: hex('Its script.'),
  witness: maybe(hex('What the commitment is made with.')),
})

const block = (transactions: Schema): Schema =>
  record({
    ...blockHeader,
    strippedsize: integer('Bytes without witnesses.'),
    size: integer('Bytes.'),
    weight: integer(),
    coinbase_tx: coinbase,
    tx: transactions,
  })

const deployment = record({
  type: text('buried or bip9.'),
  height: maybe(integer('From which on it holds.')),
  active: bool('Whether it holds for the next block.'),
  bip9: maybe(
    record({
      bit: maybe(integer()),
      start_time: integer('Seconds since the Unix epoch, -1 always, -2 never.'),
      timeout: integer(),
      min_activation_height: integer(),
      status: text('defined, started, locked_in, active or failed.'),
      since: integer(),
      status_next: text('Of the next block.'),
      statistics: maybe(
        record({
          period: integer('Blocks.'),
          threshold: maybe(integer()),
          elapsed: integer(),
          count: integer('Blocks that signal.'),
          possible: maybe(bool()),
        }),
      ),
      signalling: maybe(text('# for each block of the period that signals, - for the others.')),
    }),
  ),
})

const satoshi = integer('Satoshi.')
const blockStats = {
  avgfee: satoshi,
  avgfeerate: satoshi,
  avgtxsize: integer(),
  blockhash: blockHash,
  feerate_percentiles: list(integer(), 'At 10, 25, 50, 75 and 90 % of the weight.'),
  height: integer(),
  ins: integer('Inputs, the coinbase’s aside.'),
  maxfee: satoshi,
  maxfeerate: satoshi,
  maxtxsize: integer(),
  medianfee: satoshi,
  mediantime: time(),
  mediantxsize: integer(),
  minfee: satoshi,
  minfeerate: satoshi,
  mintxsize: integer(),
  outs: integer(),
  subsidy: satoshi,
  swtotal_size: integer('Of transactions with witnesses.'),
  swtotal_weight: integer(),
  swtxs: integer(),
  time: time(),
  total_out: satoshi,
  total_size: integer(),
  total_weight: integer(),
  totalfee: satoshi,
  txs: integer(),
  utxo_increase: integer(),
  utxo_size_inc: integer(),
  utxo_increase_actual: integer('Without outputs that nobody can spend.'),
  utxo_size_inc_actual: integer(),
}
const partly = (members: Readonly<Record<string, Schema>>): Readonly<Record<string, Schema>> =>
  Object.fromEntries(Object.entries(members).map(([name, member]) => [name, maybe(member)]))

export const blockchainResults: Readonly<Record<string, Schema>> = {
  getblockcount: integer('The height.'),
  getbestblockhash: blockHash,
  getblockhash: blockHash,
  getblockheader: cases({ 'verbose = true': record(blockHeader), 'verbose = false': hex('The header.') }),
  getblock: cases({
    'verbosity = 0': hex('The block.'),
    'verbosity = 1': block(list(txid)),
    'verbosity = 2 and 3': block(list(record(shownTransaction))),
  }),
  getblockchaininfo: record({
    chain: text('main, testnet4, signet or regtest.'),
    blocks: integer('Height of the active chain.'),
    headers: integer('Height of the best header.'),
    bestblockhash: blockHash,
    bits: hex(),
    target: hex(),
    difficulty: number(),
    time: time('Of the tip.'),
    mediantime: time(),
    verificationprogress: number('From 0 to 1.'),
    initialblockdownload: bool('Still catching up.'),
    chainwork: hex(),
    size_on_disk: integer('Bytes.'),
    pruned: bool(),
    pruneheight: maybe(integer('The first block that is still there.')),
    automatic_pruning: maybe(bool()),
    prune_target_size: maybe(integer()),
    signet_challenge: maybe(hex()),
    warnings,
  }),
  getdifficulty: number(),
  getchaintips: list(
    record({
      height: integer(),
      hash: blockHash,
      branchlen: integer('Blocks off the active chain.'),
      status: text('active, valid-fork, valid-headers, headers-only or invalid.'),
    }),
  ),
  getchaintxstats: record({
    time: time('Of the last block.'),
    txcount: maybe(integer('In the chain.')),
    window_final_block_hash: blockHash,
    window_final_block_height: integer(),
    window_block_count: integer(),
    window_interval: maybe(integer('Seconds.')),
    window_tx_count: maybe(integer()),
    txrate: maybe(number('Per second.')),
  }),
  getblockstats: cases({ 'all stats': record(blockStats), 'chosen stats': record(partly(blockStats)) }),
  getblockfilter: record({ filter: hex('BIP 158.'), header: hex('BIP 157.') }),
  getdeploymentinfo: record({
    hash: blockHash,
    height: integer(),
    script_flags: list(text()),
    deployments: mapOf('name', deployment),
  }),
  invalidateblock: nothing(),
  reconsiderblock: nothing(),
  preciousblock: nothing(),
  pruneblockchain: integer('Height of the highest block that is gone, -1 where none is.'),
  verifychain: bool(),
  waitfornewblock: tip,
  waitforblockheight: tip,
  waitforblock: tip,
  gettxoutproof: hex('A merkle block.'),
  verifytxoutproof: list(txid),
  gettxout: cases({
    unspent: record({
      bestblock: blockHash,
      confirmations,
      value: amount(),
      scriptPubKey,
      coinbase: bool(),
    }),
    'spent, or never there': nothing(),
  }),
  gettxoutsetinfo: record({
    height: integer(),
    bestblock: blockHash,
    txouts: integer('Unspent outputs.'),
    bogosize: integer('A measure of size.'),
    hash_serialized_3: maybe(hex()),
    muhash: maybe(hex()),
    total_amount: amount(),
    transactions: maybe(integer('That have unspent outputs.')),
    disk_size: maybe(integer()),
    total_unspendable_amount: maybe(amount()),
    block_info: maybe(
      record(
        {
          prevout_spent: amount('Of the coins that it spent.'),
          coinbase: amount('Of the outputs of its coinbase.'),
          new_outputs_ex_coinbase: amount('Of all other outputs.'),
          unspendable: amount('That nobody can spend since.'),
          unspendables: record({
            genesis_block: amount(),
            bip30: amount('Coinbases that others took the place of.'),
            scripts: amount('Outputs whose scripts cannot be satisfied.'),
            unclaimed_rewards: amount('That miners did not take.'),
          }),
        },
        'What the block itself did.',
      ),
    ),
  }),
  scanblocks: cases({
    'action = start': record({
      from_height: integer(),
      to_height: integer('The last height that was looked at.'),
      relevant_blocks: list(blockHash),
      completed: bool('False if it was aborted.'),
    }),
    'action = status, while there is a scan': record({ progress: integer('Percent.'), current_height: integer() }),
    'action = status': nothing(),
    'action = abort': bool(),
  }),
  getdescriptoractivity: record({
    activity: list(
      record({
        type: text('spend or receive.'),
        amount: amount('Of the output.'),
        blockhash: maybe(blockHash),
        height: maybe(integer('Of that block.')),
        spend_txid: maybe(hex('The transaction that spends; this and the next four only where type is spend.')),
        spend_vin: maybe(integer('Which of its inputs.')),
        prevout_txid: maybe(hex('The transaction whose output it spends.')),
        prevout_vout: maybe(integer('Which of its outputs.')),
        prevout_spk: maybe(scriptPubKey),
        txid: maybe(hex('The transaction that pays; this and the next two only where type is receive.')),
        vout: maybe(integer('Which of its outputs.')),
        output_spk: maybe(scriptPubKey),
      }),
      'By height, then as in the block; what is not confirmed comes last.',
    ),
  }),
  scantxoutset: cases({
    'action = start': record({
      success: bool(),
      txouts: integer('Outputs that were looked at.'),
      height: integer(),
      bestblock: blockHash,
      unspents: list(
        record({
          txid,
          vout: integer(),
          scriptPubKey: hex(),
          desc: text(),
          amount: amount(),
          coinbase: bool(),
          height: integer(),
          blockhash: blockHash,
          confirmations: integer(),
        }),
      ),
      total_amount: amount(),
    }),
    'action = status': nothing(),
    'action = abort': bool(),
  }),
}
