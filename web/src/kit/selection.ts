import { signal } from '@preact/signals';

/** The selected rows of a list, by their ids. */
export class Selection {
  private readonly ids = signal<ReadonlySet<string>>(new Set());
  private readonly whole = signal(false);
  private anchor = 0;

  /** True when all rows of the list are selected, those too that are not loaded. */
  get isWhole(): boolean {
    return this.whole.value;
  }

  selectAll(): void {
    this.clear();
    this.whole.value = true;
  }

  get size(): number {
    return this.ids.value.size;
  }

  get all(): string[] {
    return [...this.ids.value];
  }

  has(id: string): boolean {
    return this.whole.value || this.ids.value.has(id);
  }

  /** Selects a row, or no longer; a range may begin at it. */
  toggle(id: string, index = this.anchor): void {
    this.whole.value = false;
    const next = new Set(this.ids.peek());
    if (!next.delete(id)) next.add(id);
    this.ids.value = next;
    this.anchor = index;
  }

  /** Selects all rows between the last one that was toggled and this one; returns how many are not loaded. */
  range(index: number, idOf: (index: number) => string | undefined): number {
    this.whole.value = false;
    const next = new Set(this.ids.peek());
    let missing = 0;
    for (let at = Math.min(index, this.anchor); at <= Math.max(index, this.anchor); at += 1) {
      const id = idOf(at);
      if (id) next.add(id);
      else missing += 1;
    }
    this.ids.value = next;
    return missing;
  }

  clear(): void {
    this.ids.value = new Set();
    this.whole.value = false;
  }
}
