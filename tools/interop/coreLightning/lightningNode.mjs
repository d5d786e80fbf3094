/** What both kinds of nodes have in common; each has a `call(method, params)` of its own. */
export class LightningNode {
  constructor(name) {
    this.name = name
  }

  /** What it has on chain and can spend, in satoshi. */
  async coins() {
    const { outputs } = await this.call('listfunds')
    const confirmed = outputs.filter(({ status }) => status === 'confirmed')
    return confirmed.reduce((sum, { amount_msat }) => sum + amount_msat / 1000, 0)
  }

  async channel(id) {
    const { channels } = await this.call('listpeerchannels')
    return channels.find(({ channel_id }) => channel_id === id)
  }
}
