// Random choices that a seed repeats.

/** A source of choices: the same seed gives the same ones. */
export class Random {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 up to, but not including, 1 (the generator mulberry32). */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number below `limit`. */
  below(limit) {
    return Math.floor(this.next() * limit);
  }

  /** True in this share of the calls. */
  chance(share) {
    return this.next() < share;
  }

  /** One of the list. */
  pick(list) {
    return list[this.below(list.length)];
  }

  /** One of the keys of `weights`, as often as its weight says. */
  weighted(weights) {
    const entries = Object.entries(weights);
    let place = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [key, weight] of entries) {
      place -= weight;
      if (place < 0) return key;
    }
    return entries.at(-1)[0];
  }
}

/** Counts the faults that may still be put into a document. */
export class Faults {
  constructor(random, left, weight = 1) {
    Object.assign(this, { random, left, weight });
  }

  /** True in this share of the calls, as long as faults are left. */
  take(share) {
    if (this.left === 0 || !this.random.chance(share * this.weight)) return false;
    this.left -= 1;
    return true;
  }
}
