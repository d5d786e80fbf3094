// The same chain and the same pool for both nodes, built through their own methods, each answer compared.
import { KEYS, LOCKS, OPEN_SCRIPT } from './locks.mjs'
import { encodeTransaction } from './transactions.mjs'

export const START_TIME = 1_700_000_000
const COINS_PER_LOCK = 12
const SUBSIDY = 5_000_000_000n
const FEE = 20_000n

const btc = (satoshi) => `${satoshi / 100_000_000n}.${String(satoshi % 100_000_000n).padStart(8, '0')}`

export class Scenario {
  coins = {}
  scripts = {}
  addresses = []
  descriptors = []
  /** Raw transactions by name. */
  raw = {}
  stale = []
  now = START_TIME

  constructor(twins) {
    this.twins = twins
  }

  async tick(seconds = 60) {
    this.now += seconds
    await this.twins.need('setmocktime', this.now)
  }

  async describe(descriptor) {
    const info = await this.twins.need('getdescriptorinfo', descriptor)
    return `${descriptor}#${info.checksum}`
  }

  /** Mines on both by themselves: the blocks must be the same. */
  async mine(count, descriptor) {
    await this.tick()
    return this.twins.need('generatetodescriptor', count, await this.describe(descriptor))
  }

  async build() {
    await this.tick(0)
    for (const [name, { descriptor }] of Object.entries(LOCKS)) {
      const full = await this.describe(descriptor)
      this.descriptors.push(full)
      if (!descriptor.startsWith('raw')) {
        const derived = await this.twins.ask('deriveaddresses', full)
        if (derived) this.addresses.push(...derived)
      }
      const hashes = await this.mine(COINS_PER_LOCK, descriptor)
      this.coins[name] = await Promise.all(hashes.map((hash) => this.#coinOf(hash, name)))
    }
    await this.mine(101, `raw(${OPEN_SCRIPT})`)
    await this.#fork()
  }

  async #coinOf(hash, name) {
    const block = await this.twins.need('getblock', hash, 2)
    const [{ txid, vout }] = block.tx
    this.scripts[name] ??= vout[0].scriptPubKey.hex
    return { txid, vout: 0, value: SUBSIDY, lock: name }
  }

  /** Three blocks that a longer branch leaves behind. */
  async #fork() {
    this.stale = await this.mine(3, 'raw(51)')
    await this.twins.need('invalidateblock', this.stale[0])
    await this.mine(5, `raw(${OPEN_SCRIPT})`)
    await this.twins.need('reconsiderblock', this.stale[0])
  }

  take(lock) {
    const coin = this.coins[lock].pop()
    if (!coin) throw new Error(`no coin of ${lock} is left`)
    return coin
  }

  /** A transaction from coins to `outputs` (scripts; what is left after the fee goes in equal parts). */
  async spend(coins, { scripts = [OPEN_SCRIPT], fee = FEE, version = 2, lockTime = 0, sequence = 0xfffffffd } = {}) {
    const total = coins.reduce((sum, { value }) => sum + value, 0n) - fee
    const paid = scripts.filter((script) => !script.startsWith('6a')).length
    const value = total / BigInt(Math.max(paid, 1))
    const unsigned = encodeTransaction({
      version,
      lockTime,
      inputs: coins.map(({ txid, vout, lock }) => ({ txid, vout, sequence, witness: LOCKS[lock].witness })),
      outputs: scripts.map((script) => ({ script, value: script.startsWith('6a') ? 0n : value })),
    })
    const prevtxs = coins.filter(({ lock }) => !LOCKS[lock].witness).map((coin) => this.#previous(coin))
    const signed = await this.twins.need('signrawtransactionwithkey', unsigned, KEYS, prevtxs)
    const decoded = await this.twins.need('decoderawtransaction', signed.hex)
    const made = scripts.map((script, vout) => ({ txid: decoded.txid, vout, value, lock: lockOf(this, script) }))
    return { hex: signed.hex, txid: decoded.txid, wtxid: decoded.hash, coins: made }
  }

  #previous({ txid, vout, value, lock }) {
    const scriptPubKey = this.scripts[lock]
    const previous = { txid, vout, scriptPubKey, amount: btc(value) }
    const solved = this.solutions[lock]
    return solved ? { ...previous, ...solved } : previous
  }

  /** Redeem and witness scripts, as createmultisig tells them. */
  async learnSolutions() {
    const keys = []
    for (const key of KEYS) {
      const { descriptor } = await this.twins.need('getdescriptorinfo', `pk(${key})`)
      keys.push(descriptor.slice(3, 69))
    }
    this.publicKeys = keys
    const p2sh = await this.twins.need('createmultisig', 2, keys, 'legacy')
    const p2wsh = await this.twins.need('createmultisig', 2, keys, 'bech32')
    const nestedWsh = await this.twins.need('createmultisig', 1, keys.slice(0, 2), 'p2sh-segwit')
    const [address] = await this.twins.need('deriveaddresses', await this.describe(`wpkh(${keys[1]})`))
    const { scriptPubKey } = await this.twins.need('validateaddress', address)
    this.solutions = {
      p2sh: { redeemScript: p2sh.redeemScript },
      p2wsh: { witnessScript: p2wsh.redeemScript },
      nestedWsh: { witnessScript: nestedWsh.redeemScript },
      nested: { redeemScript: scriptPubKey },
    }
    this.multisigs = [p2sh, p2wsh, nestedWsh]
  }

  async send(name, made) {
    this.raw[name] = made
    await this.twins.ask('sendrawtransaction', made.hex, 0)
    return made
  }
}

function lockOf({ scripts }, script) {
  return Object.keys(scripts).find((name) => scripts[name] === script) ?? 'open'
}
