import { signal } from '@preact/signals';

/** The selected rows of a list, by their ids; or all rows but some. */
export class Selection {
  /** Of a whole list, the rows that are not selected. */
  private readonly ids = signal<ReadonlySet<string>>(new Set());
  private readonly whole = signal(false);
  private anchor = 0;

  /** True when the rows of the list are selected, those too that are not loaded, but for some that were taken out again. */
  get isWhole(): boolean {
    return this.whole.value;
  }

  /** True when no row is left out. */
  get isAll(): boolean {
    return this.whole.value && this.ids.value.size === 0;
  }

  get isAny(): boolean {
    return this.whole.value || this.ids.value.size > 0;
  }

  selectAll(): void {
    this.clear();
    this.whole.value = true;
  }

  /** Number of selected rows in a list of so many. */
  sizeOf(count: number): number {
    const { size } = this.ids.value;
    return this.whole.value ? Math.max(0, count - size) : size;
  }

  /** The ids, where the list is not selected as a whole. */
  get all(): string[] {
    return [...this.ids.value];
  }

  has(id: string): boolean {
    return this.whole.value !== this.ids.value.has(id);
  }

  /** Selects a row, or no longer; a range may begin at it. */
  toggle(id: string, index = this.anchor): void {
    const next = new Set(this.ids.peek());
    if (!next.delete(id)) next.add(id);
    this.ids.value = next;
    this.anchor = index;
  }

  /** Selects all rows between the last one that was toggled and this one; returns how many are not loaded. */
  range(index: number, idOf: (index: number) => string | undefined): number {
    const next = new Set(this.ids.peek());
    const isWhole = this.whole.peek();
    let missing = 0;
    for (let at = Math.min(index, this.anchor); at <= Math.max(index, this.anchor); at += 1) {
      const id = idOf(at);
      if (id && isWhole) next.delete(id);
      else if (id) next.add(id);
      else if (!isWhole) missing += 1;
    }
    this.ids.value = next;
    return missing;
  }

  clear(): void {
    this.ids.value = new Set();
    this.whole.value = false;
  }
}
