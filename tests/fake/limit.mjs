// SPDX-License-Identifier: AGPL-3.0-or-later
// The service's own limit: so many requests in a sliding window, and bursts in which everything is refused for a while. Keeps
// when each request came and until when requests had been asked to stay away, which is how a caller's manners are judged.
import { performance } from 'node:perf_hooks';

export class Limit {
  // `slack`: so many more in a window. bursts: {every: served requests, seconds}: after so many, all are refused for so long.
  constructor({ perMinute = Infinity, windowMs = 60000, slack = 0, bursts } = {}) {
    Object.assign(this, { perMinute, windowMs, bursts });
    this.allowed = perMinute * (windowMs / 60000) + slack;
    this.served = []; // instants
    this.refused = []; // instants
    this.arrivals = []; // {at, notBefore, announcedAt}: what was known when it came
    this.waits = []; // {from, to}: when the service let nobody in, whatever the rate
    this.notBefore = this.announcedAt = 0;
    this.burstEnds = 0;
    this.sinceBurst = 0;
  }

  // Requests are asked to stay away. `shut`: also one that kept the rate.
  announce(ms, { now = performance.now(), shut = true } = {}) {
    if (shut) this.waits.push({ from: now, to: now + ms });
    if (now + ms <= this.notBefore) return;
    this.notBefore = now + ms;
    this.announcedAt = now;
  }

  // undefined when the request may pass, else the seconds of Retry-After.
  take({ at }) {
    const now = performance.now();
    this.arrivals.push({ at, notBefore: this.notBefore, announcedAt: this.announcedAt });
    const wait = this.waitAt(now);
    if (wait === undefined) {
      this.served.push(now);
      this.sinceBurst++;
      return undefined;
    }
    this.refused.push(now);
    this.announce(wait * 1000, { now, shut: now < this.burstEnds });
    return wait;
  }

  waitAt(now) {
    if (this.bursts && this.sinceBurst >= this.bursts.every) {
      this.sinceBurst = 0;
      this.burstEnds = now + this.bursts.seconds * 1000;
    }
    if (now < this.burstEnds) return Math.ceil((this.burstEnds - now) / 1000);
    const oldest = this.served.at(-this.allowed);
    return oldest !== undefined && now - oldest < this.windowMs ? Math.ceil((oldest + this.windowMs - now) / 1000) : undefined;
  }

  // Requests that came while they had been asked to stay away; those that were on their way when it was said are let pass.
  early(graceMs) {
    return this.arrivals.filter(({ at, notBefore, announcedAt }) => at < notBefore && at > announcedAt + graceMs);
  }

  // The share of the permitted rate that was used between the first request and that which completes `part` of the work: what
  // was served against what might have been, bursts left out. The end, where too little is left to fill the rate, is not judged.
  used(part = 1) {
    const count = Math.floor(this.served.length * part);
    if (count < 2) return 0;
    const from = this.served[0], to = this.served[count - 1];
    let open = to - from, end = from;
    for (const wait of this.waits.toSorted((a, b) => a.from - b.from)) {
      const begin = Math.max(wait.from, end), until = Math.min(wait.to, to);
      if (until > begin) open -= until - begin;
      end = Math.max(end, until);
    }
    return (count - 1) / (open * this.perMinute / 60000);
  }
}
