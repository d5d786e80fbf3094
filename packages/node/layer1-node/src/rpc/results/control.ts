import { schema, type Schema } from '@ply/rpc'

const { amount, bool, cases, hex, integer, list, mapOf, maybe, nothing, number, record, text } = schema

const bucketRange = record({
  startrange: integer('Satoshi per 1000 virtual bytes.'),
  endrange: number('The last range ends at 1e+99.'),
  withintarget: number('Transactions that confirmed in time.'),
  totalconfirmed: number(),
  inmempool: number('That wait for longer.'),
  leftmempool: number('Without a confirmation.'),
})

export const controlResults = {
  stop: text('That it stops.'),
  uptime: integer('Seconds.'),
  getrpcinfo: record({
    active_commands: list(record({ method: text(), duration: integer('Microseconds.') })),
    logpath: text(),
  }),
  setmocktime: nothing(),
  mockscheduler: nothing(),
  echoipc: text('The argument.'),
  getmemoryinfo: record({
    locked: record({
      used: integer('Bytes of the heap in use.'),
      free: integer('Bytes of it that are not.'),
      total: integer('All of them.'),
      locked: integer('Bytes that the system may not write to disk: none.'),
      chunks_used: integer('Pages of the heap in use.'),
      chunks_free: integer('Pages of it that are not.'),
    }),
  }),
  syncwithvalidationinterfacequeue: nothing(),
  logging: mapOf('category', bool()),
  getindexinfo: mapOf('name', record({ synced: bool(), best_block_height: integer() })),
  estimatesmartfee: record({
    feerate: maybe(amount('Per 1000 virtual bytes.')),
    errors: maybe(list(text())),
    blocks: integer('For which it holds.'),
  }),
  estimaterawfee: mapOf(
    'horizon',
    record({
      feerate: maybe(amount('Per 1000 virtual bytes.')),
      decay: number('What is left of an average after each block.'),
      scale: integer('Blocks that are counted as one.'),
      pass: maybe(bucketRange),
      fail: maybe(bucketRange),
      errors: maybe(list(text())),
    }),
  ),
  validateaddress: record({
    isvalid: bool(),
    address: maybe(text()),
    scriptPubKey: maybe(hex()),
    isscript: maybe(bool()),
    iswitness: maybe(bool()),
    witness_version: maybe(integer()),
    witness_program: maybe(hex()),
    error: maybe(text()),
    error_locations: maybe(list(integer('Position of a character that may be wrong.'))),
  }),
  createmultisig: record({ address: text(), redeemScript: hex(), descriptor: text(), warnings: maybe(list(text())) }),
  getdescriptorinfo: record({
    descriptor: text('Without secret keys, with its checksum.'),
    multipath_expansion: maybe(list(text())),
    checksum: text('Of what was asked.'),
    isrange: bool(),
    issolvable: bool(),
    hasprivatekeys: bool(),
  }),
  deriveaddresses: cases({
    'one path': list(text()),
    'several paths': list(list(text())),
  }),
  signmessagewithprivkey: text('The signature, in base64.'),
  verifymessage: bool(),
} satisfies Readonly<Record<string, Schema>>
