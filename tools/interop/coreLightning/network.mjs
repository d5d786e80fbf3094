import { freePort, until } from '../../daemons/rpcClient.mjs'
import { Daemon } from '../daemon.mjs'
import { Lightningd } from './lightningd.mjs'
import { PlyNode } from './plyNode.mjs'

/** Seconds that a node is given for what may take it several blocks. */
const PATIENCE = 120

/** A plyd, Lightning nodes of ours inside it, and lightningds on top of it. */
export class Network {
  #programs
  #plydOptions = []
  #running = []

  constructor(programs) {
    this.#programs = programs
    this.plyd = new Daemon('plyd', programs.plyd)
    this.nodes = []
  }

  /** `ply` are the names of our own nodes, `core` those of the lightningds; options are for plyd and each lightningd. */
  async start({ ply = [], core = [], plydOptions = ['-txindex'], coreOptions = [] }) {
    const names = ply.map((name) => `-ln=${name}`)
    // Where others find them again after a restart.
    const listen = ply.length > 0 ? [`-ln-port=${await freePort()}`] : []
    this.#plydOptions = [...plydOptions, '-fallbackfee=0.00001', ...names, ...listen]
    await this.plyd.start(...this.#plydOptions)
    // A wallet that is loaded again whenever plyd starts.
    await this.plyd.call('createwallet', 'miner', false, false, '', false, true, true)
    await this.plyd.call('generatetoaddress', 110, await this.plyd.call('getnewaddress'))
    const own = ply.map((name) => new PlyNode(name, this.plyd))
    for (const node of own) await node.attach()
    const others = core.map((name) => new Lightningd(name, this.#programs, this.plyd))
    this.nodes = [...own, ...others]
    this.#running = [...this.nodes]
    for (const node of others) await node.start(...coreOptions)
    await this.synced()
    return this.nodes
  }

  /** Waits until every node has seen the chain's tip. */
  async synced() {
    const height = await this.plyd.call('getblockcount')
    for (const node of this.#running) {
      await until(
        `${node.name} to reach block ${height}`,
        async () => (await node.call('getinfo')).blockheight === height,
        PATIENCE,
      )
    }
  }

  async mine(count) {
    await this.plyd.call('generatetoaddress', count, await this.plyd.call('getnewaddress'))
    await this.synced()
  }

  /** Mines until something is so, `step` blocks at once, after which every node is given the time to see them. */
  async mineUntil(what, ask, { most = 400, step = 10 } = {}) {
    for (let mined = 0; mined < most; mined += step) {
      if (await ask()) return
      await this.mine(step)
    }
    throw new Error(`mined ${most} blocks for ${what}`)
  }

  /** Gives each node coins of the miner's wallet. */
  async fund(nodes, { count = 3, btc = 0.2 } = {}) {
    for (const node of nodes) {
      for (let i = 0; i < count; i++) {
        const { bech32, p2tr } = await node.call('newaddr', { addresstype: i === 0 ? 'p2tr' : 'bech32' })
        await this.plyd.call('sendtoaddress', bech32 ?? p2tr, btc)
      }
    }
    await this.mine(1)
    for (const node of nodes) await until(`coins of ${node.name}`, async () => (await node.coins()) > 0)
  }

  async connect(from, to) {
    await from.call('connect', { id: to.address })
  }

  /** `from` opens a channel to `to`, of which some may be given away at once; resolves with its id when both can use it. */
  async open(from, to, { sat = 2_000_000, pushMsat = 0, options = {} } = {}) {
    await this.connect(from, to)
    const { channel_id: id } = await from.call('fundchannel', {
      id: to.id,
      amount: sat,
      ...(pushMsat > 0 ? { push_msat: pushMsat } : {}),
      ...options,
    })
    await this.mine(6)
    await this.usable(id, from, to)
    return id
  }

  async usable(id, ...nodes) {
    for (const node of nodes) await until(`${node.name} to use ${id}`, () => node.usable(id), PATIENCE)
  }

  /** Ends plyd, with `kill -9` if so asked, and starts it again. */
  async restartPlyd({ kill = false, between = () => undefined, options = [] } = {}) {
    if (kill) await this.plyd.kill()
    else await this.plyd.halt()
    await between()
    await this.plyd.start(...this.#plydOptions, ...options)
    for (const node of this.nodes) if (node instanceof PlyNode) await node.attach()
  }

  async coinsOf(nodes) {
    const each = await Promise.all(nodes.map((node) => node.coins()))
    return each.reduce((sum, coins) => sum + coins, 0)
  }

  /** The end of each lightningd's log, to find out what went wrong. */
  lastWords() {
    const others = this.nodes.filter((node) => node instanceof Lightningd)
    return others.map((node) => `--- ${node.name}\n${node.lastWords()}`).join('\n')
  }

  /** For a while none of our own nodes takes part, and the chain goes on. */
  async withoutPly(act) {
    const own = this.nodes.filter((node) => node instanceof PlyNode)
    await this.plyd.halt()
    await this.plyd.start(...this.#plydOptions.filter((option) => !option.startsWith('-ln')))
    this.#running = this.#running.filter((node) => !own.includes(node))
    await act()
    this.#running.push(...own)
    await this.restartPlyd()
    await this.synced()
  }

  /** Stops a node while something happens; to start it again is left to the caller. */
  async without(node, act) {
    await node.stop()
    this.#running = this.#running.filter((other) => other !== node)
    await act()
    this.#running.push(node)
  }

  async stop() {
    const others = this.nodes.filter((node) => node instanceof Lightningd)
    await Promise.all(others.map((node) => node.stop()))
    await this.plyd.stop()
    for (const node of others) node.remove()
  }
}
