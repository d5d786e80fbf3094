// Writes the addresses that a node without any falls back on, from the lists that Bitcoin Core ships:
// `node tools/fixedSeeds.mjs --core PATH`, PATH being its source tree (contrib/seeds/nodes_*.txt).
import { readFileSync, writeFileSync } from 'node:fs'
import { isIPv4, isIPv6 } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const target = join(root, 'packages/node/layer1-node/src/peers/seeds/data')
const NETWORKS = { main: 'main', testnet4: 'testnet4', signet: 'signet' }
/** BIP 155. */
const IPV4 = 1
const IPV6 = 2
const TORV3 = 4
const I2P = 5
const CJDNS = 6
const LINE = 1000

function decodeBase32(text) {
  const digits = [...text].map((letter) => 'abcdefghijklmnopqrstuvwxyz234567'.indexOf(letter))
  if (digits.includes(-1)) throw new Error(`${text} is not base32`)
  const bits = digits.map((digit) => digit.toString(2).padStart(5, '0')).join('')
  return Array.from({ length: bits.length >> 3 }, (_, i) => parseInt(bits.slice(8 * i, 8 * i + 8), 2))
}

function decodeIpv6(text) {
  const [head, tail] = text.split('::').map((half) => (half === '' ? [] : half.split(':')))
  const zeros = Array(tail === undefined ? 0 : 8 - head.length - tail.length).fill('0')
  return [...head, ...zeros, ...(tail ?? [])].flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255])
}

/** Network and address of a host. */
function decodeHost(text) {
  if (isIPv4(text)) return [IPV4, text.split('.').map(Number)]
  if (isIPv6(text)) return [/^fc/.test(text) ? CJDNS : IPV6, decodeIpv6(text)]
  if (text.endsWith('.onion')) return [TORV3, decodeBase32(text.slice(0, -6)).slice(0, 32)]
  if (text.endsWith('.b32.i2p')) return [I2P, decodeBase32(text.slice(0, -8)).slice(0, 32)]
  throw new Error(`${text} is no address`)
}

/** An address as `addrv2` has it, without time and services. */
function encodeSeed(line) {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(line) ?? []
  if (port === undefined) throw new Error(`${line} is not host:port`)
  const [network, address] = decodeHost(bracketed ?? plain)
  return [network, address.length, ...address, port >> 8, port & 255]
}

const { values } = parseArgs({ options: { core: { type: 'string' } } })
if (values.core === undefined) throw new Error('--core PATH is missing')
for (const [network, name] of Object.entries(NETWORKS)) {
  const file = `contrib/seeds/nodes_${name}.txt`
  const lines = readFileSync(join(values.core, file), 'utf8').split('\n')
  const seeds = lines.map((line) => line.replace(/#.*/, '').trim()).filter((line) => line !== '')
  const base64 = Buffer.from(seeds.flatMap(encodeSeed)).toString('base64')
  const parts = base64.match(new RegExp(`.{1,${LINE}}`, 'g')).map((part) => `  '${part}',\n`)
  const about = `${seeds.length} addresses from Bitcoin Core's ${file} (MIT licence), written by tools/fixedSeeds.mjs.`
  writeFileSync(join(target, `${network}.ts`), `// ${about}\nexport default [\n${parts.join('')}].join('')\n`)
  console.log(`${network}: ${seeds.length} addresses, ${base64.length} characters`)
}
