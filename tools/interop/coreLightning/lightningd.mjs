import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, until } from '../../daemons/rpcClient.mjs'
import { LightningNode } from './lightningNode.mjs'
import { callUnixSocket } from './unixRpc.mjs'

const HOLD_PLUGIN = fileURLToPath(new URL('holdPlugin.mjs', import.meta.url))

const listens = (port) =>
  new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => done(true))
    socket.on('error', () => done(false))
    socket.on('connect', () => socket.destroy())
  })

/** A Core Lightning node on regtest, in a folder of its own, with `chain` (a Daemon) as its bitcoind. */
export class Lightningd extends LightningNode {
  #child
  #programs
  #chain

  constructor(name, programs, chain) {
    super(name)
    this.#programs = programs
    this.#chain = chain
    this.folder = mkdtempSync(join(tmpdir(), `ply-lightningd-${name}-`))
  }

  async start(...options) {
    this.port ??= await freePort()
    const chain = [
      `--bitcoin-cli=${this.#programs.bitcoinCli}`,
      `--bitcoin-datadir=${this.#chain.folder}`,
      `--bitcoin-rpcport=${this.#chain.rpcPort}`,
      '--bitcoin-retry-timeout=120',
    ]
    const fixed = ['--network=regtest', `--lightning-dir=${this.folder}`, `--addr=127.0.0.1:${this.port}`]
    // Quick where it would be slow for nobody's benefit: polls, gossip, reconnects.
    const quick = ['--developer', '--dev-bitcoind-poll=1', '--dev-fast-gossip', '--dev-fast-reconnect']
    const kept = ['--allow-deprecated-apis=true', `--alias=${this.name}`, `--plugin=${HOLD_PLUGIN}`]
    const log = [`--log-file=${this.logFile}`, '--log-level=debug']
    const args = [...fixed, ...chain, ...quick, ...kept, ...log, ...options]
    this.#child = spawn(this.#programs.lightningd, args, { stdio: 'ignore' })
    await until(`lightningd ${this.name} to start`, async () => {
      if (this.#child.exitCode !== null) throw new Error(`lightningd ${this.name} ended: ${this.lastWords()}`)
      return this.call('getinfo').then(
        ({ id }) => (this.id = id),
        () => false,
      )
    })
    // It answers calls some time before it takes connections.
    if (!options.includes('--offline')) await until(`${this.name} to listen`, () => listens(this.port))
  }

  get logFile() {
    return join(this.folder, 'log')
  }

  get address() {
    return `${this.id}@127.0.0.1:${this.port}`
  }

  get running() {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
  }

  get log() {
    return existsSync(this.logFile) ? readFileSync(this.logFile, 'utf8') : ''
  }

  lastWords() {
    return this.log.split('\n').slice(-12).join('\n')
  }

  call(method, params = {}) {
    return callUnixSocket(join(this.folder, 'regtest/lightning-rpc'), method, params)
  }

  async usable(id) {
    const channel = await this.channel(id)
    return channel?.state === 'CHANNELD_NORMAL' && channel.peer_connected && channel.reestablished !== false
  }

  /** Keeps its state as it is now; `restore` brings it back, as a careless operator would. The node must not run. */
  save() {
    cpSync(join(this.folder, 'regtest'), join(this.folder, 'saved'), {
      recursive: true,
      filter: (path) => !path.endsWith('lightning-rpc'),
    })
  }

  restore() {
    rmSync(join(this.folder, 'regtest'), { recursive: true })
    cpSync(join(this.folder, 'saved'), join(this.folder, 'regtest'), { recursive: true })
  }

  async stop() {
    if (!this.running) return
    const ended = once(this.#child, 'exit')
    await this.call('stop').catch(() => this.#child.kill())
    await ended
  }

  async kill() {
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await ended
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
