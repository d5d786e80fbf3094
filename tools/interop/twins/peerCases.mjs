// What peers may say, in good and in bad order: `early` before the handshake is through, the others after it.
import { frame, hash, inventory, list, locator, MAGIC, size, sized, u32, u64, u8, versionPayload } from './wire.mjs'

const bytes = (text) => Buffer.from(text, 'hex')
const version = (fields) => frame('version', versionPayload(fields))
const verack = frame('verack')
const ping = frame('ping', u64(5))
const sendcmpct = (announce, protocol) => frame('sendcmpct', Buffer.concat([u8(announce), u64(protocol)]))

/** Name → everything that is sent, at once. */
export const EARLY = {
  nothing: [],
  'verack first': [verack],
  'ping first': [ping],
  'unknown first': [frame('foo')],
  'version twice': [version(), version()],
  'version, then ping': [version(), ping],
  'version, verack twice': [version(), verack, verack, ping],
  'version, then getheaders': [version(), frame('getheaders', locator([]))],
  'version, then inv': [version(), frame('inv', inventory([]))],
  'old version': [version({ version: 31799 })],
  'oldest version': [version({ version: 31800 }), verack, ping],
  'version 0': [version({ version: 0 })],
  'negative version': [version({ version: -1 })],
  'version without pongs': [version({ version: 60000 }), verack, ping],
  'version before sendheaders': [version({ version: 70011 }), verack, ping],
  'version before wtxid': [version({ version: 70015 }), frame('wtxidrelay'), frame('sendaddrv2'), verack, ping],
  'future version': [version({ version: 80000 }), verack, ping],
  'no relay field': [version({ relay: undefined }), verack, ping],
  'relay 0': [version({ relay: 0 }), verack, ping],
  'relay 2': [version({ relay: 2 }), verack, ping],
  'no services': [version({ services: 0 }), verack, ping],
  'all services': [version({ services: -1 }), verack, ping],
  'long agent': [version({ agent: 'a'.repeat(256) }), verack, ping],
  'too long an agent': [version({ agent: 'a'.repeat(257) }), verack, ping],
  'odd agent': [version({ agent: '/\u0000<x>\u00fc/' }), verack, ping],
  'negative height': [version({ height: -1 }), verack, ping],
  'short version': [frame('version', versionPayload().subarray(0, 20)), verack, ping],
  'version of 46 bytes': [frame('version', versionPayload().subarray(0, 46)), verack, ping],
  'version with more': [frame('version', Buffer.concat([versionPayload(), Buffer.alloc(50)])), verack, ping],
  'empty version': [frame('version'), ping],
  'wtxidrelay before version': [frame('wtxidrelay'), version(), verack, ping],
  wtxidrelay: [version(), frame('wtxidrelay'), verack, ping],
  'wtxidrelay twice': [version(), frame('wtxidrelay'), frame('wtxidrelay'), verack, ping],
  'sendaddrv2 twice': [version(), frame('sendaddrv2'), frame('sendaddrv2'), verack, ping],
  sendtxrcncl: [version(), frame('wtxidrelay'), frame('sendtxrcncl', Buffer.concat([u32(1), u64(1)])), verack, ping],
  'unknown between': [version(), frame('foo'), verack, ping],
  'sendcmpct between': [version(), sendcmpct(1, 2), verack, ping],
  'sendheaders between': [version(), frame('sendheaders'), verack, ping],
  'feature between': [
    version({ version: 70017 }),
    frame('feature', Buffer.concat([sized(Buffer.from('abcd')), sized(Buffer.alloc(0))])),
    verack,
    ping,
  ],
  'bad feature between': [version({ version: 70017 }), frame('feature', sized(Buffer.from('ab'))), verack, ping],
  'wrong magic': [frame('version', versionPayload(), { magic: bytes('f9beb4d9') })],
  'no HTTP here': [Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
  'half a head': [frame('version', versionPayload()).subarray(0, 10)],
  'too long': [frame('version', versionPayload(), { length: 4_000_001 })],
  'wrong checksum': [frame('version', versionPayload(), { checksum: u32(0) }), version(), verack, ping],
  'garbage after zeros in the name': [frame('ver\0ion', versionPayload()), version(), verack, ping],
  'name with a space': [frame('ver ion', versionPayload()), version(), verack, ping],
}

/** Name → messages after the handshake. */
export function lateCases(facts) {
  const value = (text) => JSON.parse(text)
  const hashes = facts.hashes.map(value)
  const [genesis, first, , middle] = hashes
  const tip = hashes[10]
  const stale = hashes.at(-1)
  const txid = value(facts.waiting[0])
  const wtxid = value(facts.wtxids.at(-1))
  const confirmed = value(facts.confirmed[0])
  const unknown = 'ab'.repeat(32)
  const getdata = (...items) => frame('getdata', inventory(items))
  const filters = (command, ...parts) => frame(command, Buffer.concat(parts))
  const bloom = (data, functions, flags = 0) =>
    frame('filterload', Buffer.concat([sized(data), u32(functions), u32(0), u8(flags)]))
  const header = bytes(value(facts.blockHex[2]))
  return {
    ping,
    'ping without nonce': frame('ping'),
    'ping too short': frame('ping', u32(1)),
    'long ping': frame('ping', Buffer.alloc(20, 7)),
    pong: frame('pong', u64(1)),
    'empty pong': frame('pong'),
    'version again': version(),
    'verack again': verack,
    unknown: frame('foo', Buffer.alloc(9)),
    'empty name': frame(''),
    'long name': frame('abcdefghijkl'),
    'wrong checksum': Buffer.concat([frame('ping', u64(1), { checksum: u32(1) }), ping]),
    'wrong magic': frame('ping', u64(1), { magic: bytes('0b110907') }),
    'wrong magic, then right': Buffer.concat([frame('ping', u64(1), { magic: bytes('00000000') }), ping]),
    'too long': frame('ping', Buffer.alloc(0), { length: 4_000_001 }),
    'odd name': Buffer.concat([MAGIC, Buffer.from('ping\0x\0\0\0\0\0\0', 'latin1'), u32(0), bytes('5df6e0e2')]),
    'name out of range': frame('p\u00ffng'),
    wtxidrelay: frame('wtxidrelay'),
    sendaddrv2: frame('sendaddrv2'),
    sendheaders: frame('sendheaders'),
    'sendheaders twice': Buffer.concat([frame('sendheaders'), frame('sendheaders')]),
    sendtxrcncl: frame('sendtxrcncl', Buffer.alloc(12)),
    feature: frame('feature', Buffer.alloc(6, 2)),
    'sendcmpct 1': sendcmpct(0, 1),
    'sendcmpct 2': sendcmpct(1, 2),
    'sendcmpct 2 twice': Buffer.concat([sendcmpct(1, 2), sendcmpct(0, 2)]),
    'sendcmpct 3': sendcmpct(1, 3),
    'sendcmpct short': frame('sendcmpct', u8(1)),
    'sendcmpct 2, announce 2': sendcmpct(2, 2),
    'getheaders from nothing': frame('getheaders', locator([])),
    'getheaders to a block': frame('getheaders', locator([], middle)),
    'getheaders to a stale block': frame('getheaders', locator([], stale)),
    'getheaders to nowhere': frame('getheaders', locator([], unknown)),
    'getheaders from genesis': frame('getheaders', locator([genesis])),
    'getheaders from the tip': frame('getheaders', locator([tip])),
    'getheaders from nowhere': frame('getheaders', locator([unknown])),
    'getheaders from a stale block': frame('getheaders', locator([stale])),
    'getheaders to the middle': frame('getheaders', locator([first], middle)),
    'getheaders of 101': frame('getheaders', locator(Array(101).fill(genesis))),
    'getheaders of 102': frame('getheaders', locator(Array(102).fill(genesis))),
    'short getheaders': frame('getheaders', u32(1)),
    'getheaders with more': frame('getheaders', Buffer.concat([locator([middle]), u32(0)])),
    'getblocks from nothing': frame('getblocks', locator([])),
    'getblocks from genesis': frame('getblocks', locator([genesis])),
    'getblocks to the middle': frame('getblocks', locator([first], middle)),
    'getblocks from the tip': frame('getblocks', locator([tip])),
    'getblocks of 102': frame('getblocks', locator(Array(102).fill(genesis))),
    'getblocks from a stale block': frame('getblocks', locator([stale])),
    'getdata of nothing': getdata(),
    'getdata block': getdata([2, middle]),
    'getdata witness block': getdata([0x40000002, middle]),
    'getdata compact tip': getdata([4, tip]),
    'getdata compact old': getdata([4, middle]),
    'getdata filtered block': getdata([3, middle]),
    'getdata stale': getdata([2, stale]),
    'getdata unknown block': getdata([2, unknown]),
    'getdata tx': getdata([1, txid]),
    'getdata witness tx': getdata([0x40000001, txid]),
    'getdata wtx': getdata([5, wtxid]),
    'getdata confirmed': getdata([1, confirmed], [5, confirmed]),
    'getdata unknown': getdata([1, unknown], [0x40000001, unknown], [5, unknown]),
    'getdata of no type': getdata([0, unknown], [99, unknown], [6, unknown]),
    'getdata of all': getdata([2, first], [1, unknown], [2, middle], [4, tip], [1, txid]),
    'getdata of two blocks': getdata([2, first], [2, middle]),
    'getdata of 50001': frame('getdata', inventory(Array(50_001).fill([1, unknown]))),
    'getdata cut short': frame('getdata', Buffer.concat([size(2), u32(1), hash(txid)])),
    'getdata with more': frame('getdata', Buffer.concat([inventory([[2, first]]), u8(1)])),
    'count not minimal': frame('getdata', Buffer.concat([bytes('fd0100'), u32(2), hash(first)])),
    'count too large': frame('getdata', bytes('ffffffffffffffffff')),
    'inv of nothing': frame('inv', inventory([])),
    'inv tx': frame('inv', inventory([[1, unknown]])),
    'inv wtx': frame('inv', inventory([[5, unknown]])),
    'inv block': frame('inv', inventory([[2, unknown]])),
    'inv known block': frame('inv', inventory([[2, tip]])),
    'inv of no type': frame('inv', inventory([[77, unknown]])),
    'inv of 50001': frame('inv', inventory(Array(50_001).fill([1, unknown]))),
    'inv of two blocks': frame(
      'inv',
      inventory([
        [2, unknown],
        [2, 'cd'.repeat(32)],
      ]),
    ),
    notfound: frame('notfound', inventory([[1, unknown]])),
    mempool: frame('mempool'),
    getaddr: frame('getaddr'),
    'getaddr twice': Buffer.concat([frame('getaddr'), frame('getaddr')]),
    'addr of nothing': frame('addr', list([])),
    'addr of 1001': frame('addr', list(Array(1001).fill(Buffer.concat([u32(1), u64(1), Buffer.alloc(18)])))),
    'addr cut short': frame('addr', size(3)),
    'addrv2 of nothing': frame('addrv2', list([])),
    'addrv2 of an unknown network': frame(
      'addrv2',
      list([Buffer.concat([u32(1), size(1), u8(9), sized(Buffer.alloc(7)), Buffer.alloc(2)])]),
    ),
    'addrv2 of wrong length': frame(
      'addrv2',
      list([Buffer.concat([u32(1), size(1), u8(1), sized(Buffer.alloc(5)), Buffer.alloc(2)])]),
    ),
    'addrv2 too long': frame(
      'addrv2',
      list([Buffer.concat([u32(1), size(1), u8(9), sized(Buffer.alloc(513)), Buffer.alloc(2)])]),
    ),
    feefilter: frame('feefilter', u64(1000)),
    'feefilter negative': frame('feefilter', u64(-1)),
    'feefilter short': frame('feefilter', u32(1)),
    'feefilter huge': frame('feefilter', u64(2_100_000_000_000_001n)),
    filterload: Buffer.concat([bloom(Buffer.alloc(8, 255), 3), getdata([3, middle])]),
    'filterload and mempool': Buffer.concat([bloom(Buffer.alloc(8, 255), 3), frame('mempool')]),
    'empty filter': Buffer.concat([bloom(Buffer.alloc(0), 1), getdata([3, middle])]),
    'filter that matches nothing': Buffer.concat([bloom(Buffer.alloc(8), 3, 2), getdata([3, tip])]),
    'filter too large': bloom(Buffer.alloc(36_001), 1),
    'filter with 51 functions': bloom(Buffer.alloc(8), 51),
    'filter at the limits': Buffer.concat([bloom(Buffer.alloc(36_000, 1), 50), ping]),
    'filteradd without filter': frame('filteradd', sized(Buffer.alloc(4))),
    filteradd: Buffer.concat([
      bloom(Buffer.alloc(8), 3),
      frame('filteradd', sized(hash(confirmed))),
      getdata([3, middle]),
    ]),
    'filteradd too long': Buffer.concat([bloom(Buffer.alloc(8), 3), frame('filteradd', sized(Buffer.alloc(521)))]),
    filterclear: Buffer.concat([bloom(Buffer.alloc(8), 3), frame('filterclear'), getdata([3, middle])]),
    'filterload cut short': frame('filterload', size(8)),
    ...filterCases(filters, { tip, middle, stale, unknown }),
    ...compactCases({ tip, middle, stale, unknown, first }),
    ...headerCases(header, facts),
    'tx that cannot be read': frame('tx', Buffer.alloc(5)),
    'tx again': frame('tx', bytes(value(facts.raws.at(-3)))),
    'tx confirmed': frame('tx', bytes(value(facts.raws[0]))),
    'empty tx': frame('tx'),
    'block that cannot be read': frame('block', Buffer.alloc(79)),
    'block again': frame('block', bytes(value(facts.blockHex[1]))),
    merkleblock: frame('merkleblock', Buffer.alloc(90)),
    alert: frame('alert', Buffer.alloc(9)),
    reject: frame('reject', Buffer.alloc(9)),
    getutxos: frame('getutxos'),
  }
}

function filterCases(filters, { tip, middle, stale, unknown }) {
  const query = (type, start, stop) => [u8(type), u32(start), hash(stop)]
  return {
    getcfilters: filters('getcfilters', ...query(0, 100, middle)),
    'getcfilters of another type': filters('getcfilters', ...query(1, 0, middle)),
    'getcfilters unknown': filters('getcfilters', ...query(0, 0, unknown)),
    'getcfilters backwards': filters('getcfilters', ...query(0, 500, middle)),
    'getcfilters stale': filters('getcfilters', ...query(0, 170, stale)),
    'getcfilters short': filters('getcfilters', u8(0)),
    getcfheaders: filters('getcfheaders', ...query(0, 0, middle)),
    'getcfheaders from 1': filters('getcfheaders', ...query(0, 1, tip)),
    'getcfheaders backwards': filters('getcfheaders', ...query(0, 4_000_000_000, tip)),
    getcfcheckpt: filters('getcfcheckpt', u8(0), hash(tip)),
    'getcfcheckpt unknown': filters('getcfcheckpt', u8(0), hash(unknown)),
    'getcfcheckpt of another type': filters('getcfcheckpt', u8(9), hash(tip)),
  }
}

function compactCases({ tip, middle, stale, unknown, first }) {
  const ask = (block, ...differences) => frame('getblocktxn', Buffer.concat([hash(block), list(differences.map(size))]))
  return {
    'getblocktxn tip': ask(tip, 0),
    'getblocktxn nothing': ask(tip),
    'getblocktxn old': ask(first, 0),
    'getblocktxn middle': ask(middle, 0),
    'getblocktxn out of range': ask(tip, 1),
    'getblocktxn far out of range': ask(tip, 65_535),
    'getblocktxn overflow': ask(tip, 65_535, 0),
    'getblocktxn unknown': ask(unknown, 0),
    'getblocktxn stale': ask(stale, 0),
    'getblocktxn short': frame('getblocktxn', hash(tip)),
    'getblocktxn too large': frame('getblocktxn', Buffer.concat([hash(tip), size(1), bytes('fe00000100')])),
    'blocktxn unasked': frame('blocktxn', Buffer.concat([hash(unknown), size(0)])),
    'cmpctblock short': frame('cmpctblock', Buffer.alloc(40)),
    'cmpctblock empty': frame('cmpctblock', Buffer.concat([Buffer.alloc(88), size(0), size(0)])),
  }
}

function headerCases(header, facts) {
  const block = bytes(JSON.parse(facts.blockHex[0]))
  const known = bytes(JSON.parse(facts.blockHex[1])).subarray(0, 80)
  const changed = Buffer.from(header)
  changed[4] ^= 1
  const entry = (head) => Buffer.concat([head, u8(0)])
  return {
    'headers of nothing': frame('headers', list([])),
    'headers known': frame('headers', list([entry(known)])),
    'headers of an unknown parent': frame('headers', list([entry(changed)])),
    'headers not in a row': frame('headers', list([entry(known), entry(known)])),
    'headers with transactions': frame('headers', list([Buffer.concat([known, u8(1)])])),
    'headers of 2001': frame('headers', list(Array(2001).fill(entry(known)))),
    'headers cut short': frame('headers', size(3)),
    'headers new': frame('headers', list([entry(header)])),
    'block unasked': frame('block', block.subarray(0, block.length - 1)),
  }
}
