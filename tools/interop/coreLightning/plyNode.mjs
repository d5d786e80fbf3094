import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createRpcClient } from '../../daemons/rpcClient.mjs'
import { LightningNode } from './lightningNode.mjs'

/** One of the Lightning nodes inside a plyd, with the surface of `Lightningd`. */
export class PlyNode extends LightningNode {
  #client

  constructor(name, plyd) {
    super(name)
    this.plyd = plyd
  }

  /** Once plyd runs, and each time it has been started again. */
  async attach() {
    const { rpcPort: port, cookie } = this.plyd
    this.#client = createRpcClient({ name: this.name, port, cookie, path: `/lightning/${this.name}` })
    const nodes = await this.plyd.call('listlightning')
    const { id, address } = nodes.find(({ name }) => name === this.name)
    this.id = id
    this.address = `${id}@${address}`
  }

  call(method, params = {}) {
    return this.#client.callNamed(method, params)
  }

  async usable(id) {
    return (await this.channel(id))?.usable === true
  }

  get #folder() {
    return join(this.plyd.folder, 'regtest/lightning', this.name)
  }

  get #saved() {
    return join(this.plyd.folder, `saved-${this.name}`)
  }

  /** Keeps its state as it is now; `restore` brings it back. plyd must not run. */
  save() {
    cpSync(this.#folder, this.#saved, { recursive: true })
  }

  restore() {
    rmSync(this.#folder, { recursive: true })
    cpSync(this.#saved, this.#folder, { recursive: true })
  }
}
