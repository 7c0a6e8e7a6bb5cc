import { signal } from '@preact/signals';
import { request, taken, type Document } from '../api/client';
import { ApiError } from '../api/errors';
import { endOf, nextStep, rowAt, trimmed, withAnchor, type Anchor, type Page, type Run, type Step } from './anchors';
import { read, store } from './cache';
import type { Move, RowSource } from './list';
import { FIRST_PAGE, PAGE } from './sizes';

/** Rows that stay loaded on each side of the view. */
const KEPT = 400;
/** Pause before the next jump, so that dragging the bar asks for few of the places on its way. */
const JUMP_MS = 60;
/** Pause before the number of rows is asked for by itself: nobody needs it between two keys. */
const COUNT_MS = 250;

/** What a step asks for. */
export interface Slice {
  first?: number;
  last?: number;
  after?: string | null;
  before?: string | null;
  /** Names from this text on. */
  from?: string;
  /** The names between this text and `from` are counted. */
  since?: string;
}

/** What is answered to a slice. */
export interface Answer<Row> {
  nodes: Row[];
  pageInfo: { startCursor?: string | null; endCursor?: string | null; hasNextPage: boolean; hasPreviousPage: boolean };
  totalCount?: number;
  /** Number of names between `since` and `from`. */
  between?: number;
}

/** A list's operation, as the list needs it. */
export interface Source<Result, Variables, Row> {
  document: Document<Result, Variables>;
  variables: (slice: Slice) => Variables;
  answer: (result: Result) => Answer<Row>;
  /** Asks for the number of rows, where the answers have none because it takes longer than the rows. */
  count?: ((signal: AbortSignal) => Promise<number>) | undefined;
}

interface Loaded extends Run<unknown> {
  total: number;
  isKnown: boolean;
  /** False while there may be more rows than `total`. */
  isCounted: boolean;
}

const NOTHING: Loaded = { start: 0, pages: [], total: 0, isKnown: false, isCounted: false };

/** A list by name of any length: goes anywhere in it with one request, and keeps only what is near the view. */
export class AnchoredList<Result, Variables, Row> implements RowSource<Row> {
  readonly moves = signal<Move | undefined>(undefined);
  private readonly loaded = signal<Loaded>(NOTHING);
  private readonly failure = signal<ApiError | undefined>(undefined);
  private anchors: Anchor[] = [];
  private view = { from: 0, to: 1 };
  private running: AbortController | undefined;
  private counting: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly source: Source<Result, Variables, Row>) {
    const given = taken(source.document, source.variables({ first: FIRST_PAGE }));
    if (given) this.take({ kind: 'first' }, 0, NOTHING, this.stored(given));
    void this.load();
  }

  get count(): number {
    return this.loaded.value.total;
  }

  /** True once the number of rows is that of the list. */
  get isCounted(): boolean {
    return this.loaded.value.isCounted;
  }

  /** The bar leads anywhere. */
  get reach(): number {
    return this.count;
  }

  get isEmptyYet(): boolean {
    return !this.loaded.value.isKnown;
  }

  get error(): ApiError | undefined {
    return this.failure.value;
  }

  row(index: number): Row | undefined {
    return read(rowAt(this.loaded.value, index)) as Row | undefined;
  }

  want(from: number, to: number): void {
    this.view = { from, to };
    if (!this.running && !this.failure.peek()) void this.load();
  }

  /** Shows a row at the top. */
  goTo(index: number): void {
    this.moves.value = { to: index };
  }

  /** Tells where names begin, such as those of each letter. */
  know(anchors: Anchor[]): void {
    for (const anchor of anchors) this.anchors = withAnchor(this.anchors, anchor);
  }

  refresh(): void {
    this.dispose();
    this.failure.value = undefined;
    void this.load(true);
  }

  dispose(): void {
    clearTimeout(this.counting);
    this.running?.abort();
    this.running = undefined;
  }

  /** What is missing; first of all the number of rows. */
  private next(): Step | undefined {
    const { total, isKnown } = this.loaded.peek();
    if (!isKnown) return { kind: 'first' };
    if (total === 0) return undefined;
    return nextStep(this.loaded.peek(), { total, anchors: this.anchors, ...this.view, size: PAGE });
  }

  private async load(isAgain = false): Promise<void> {
    const running = new AbortController();
    this.running = running;
    try {
      if (isAgain) await this.again(running.signal);
      for (let step = this.next(); step; step = this.next()) {
        if (step.kind === 'jump') await new Promise((resolve) => setTimeout(resolve, JUMP_MS));
        const latest = this.next();
        if (running.signal.aborted || !latest) break;
        const { from } = this.view;
        const known = this.loaded.peek();
        this.take(latest, from, known, await this.ask(this.sliceOf(latest), running.signal));
      }
      this.countLater(running.signal);
    } catch (error) {
      if (running.signal.aborted) return;
      this.failure.value = error instanceof ApiError ? error : new ApiError('UNKNOWN', String(error));
    }
    if (this.running === running) this.running = undefined;
  }

  private countLater(signal: AbortSignal): void {
    const { count } = this.source;
    clearTimeout(this.counting);
    if (!count || this.loaded.peek().isCounted) return;
    const take = (total: number) => {
      const known = this.loaded.peek();
      this.loaded.value = { ...known, total: Math.max(total, endOf(known)), isCounted: true };
    };
    // The list is usable without.
    this.counting = setTimeout(() => count(signal).then(take, () => undefined), COUNT_MS);
  }

  private async ask(slice: Slice, signal: AbortSignal): Promise<Answer<unknown>> {
    const { document, variables } = this.source;
    return this.stored(await request(document, variables(slice), signal));
  }

  private stored(result: Result): Answer<unknown> {
    const { nodes, ...rest } = this.source.answer(result);
    return { nodes: store(nodes) as unknown[], ...rest };
  }

  private sliceOf(step: Step): Slice {
    const { pages } = this.loaded.peek();
    if (step.kind === 'after') return { first: PAGE, after: pages.at(-1)?.last ?? null };
    if (step.kind === 'before') return { last: PAGE, before: pages[0]?.first ?? null };
    if (step.kind === 'last') return { last: PAGE };
    if (step.kind !== 'jump') return { first: FIRST_PAGE };
    const slice = { first: PAGE, from: step.text };
    return step.text === step.base.text ? slice : { ...slice, since: step.base.text };
  }

  private take(step: Step, from: number, known: Loaded, answer: Answer<unknown>): void {
    const page: Page<unknown> = {
      rows: answer.nodes,
      first: answer.pageInfo.startCursor ?? null,
      last: answer.pageInfo.endCursor ?? null,
    };
    const total = answer.totalCount ?? known.total;
    const isCounted = known.isCounted || answer.totalCount !== undefined;
    const size = page.rows.length;
    const { hasNextPage, hasPreviousPage } = answer.pageInfo;
    if (step.kind === 'after' || step.kind === 'before') {
      const isAfter = step.kind === 'after';
      const start = isAfter ? known.start : known.start - size;
      const pages = size === 0 ? known.pages : isAfter ? [...known.pages, page] : [page, ...known.pages];
      let run: Run<unknown> = { start, pages };
      // Somebody has written in between: the ends of the list are where the server says.
      const gap = isAfter || hasPreviousPage ? Math.min(0, start) : start;
      if (gap !== 0) {
        run = { start: start - gap, pages };
        this.shift(-gap);
      }
      const end = endOf(run);
      run = trimmed(run, this.view.from, this.view.to, KEPT);
      const isEnd = isAfter && !hasNextPage;
      const least = isCounted || isEnd ? end : end + PAGE;
      const reached = isEnd ? end : Math.max(total, least);
      this.loaded.value = { ...run, total: reached, isKnown: true, isCounted: isCounted || isEnd };
      return;
    }
    let index = step.kind === 'last' ? total - size : 0;
    if (step.kind === 'jump') {
      index = step.base.index + (answer.between ?? 0);
      this.anchors = withAnchor(this.anchors, { text: step.text, index });
      if (size === 0) {
        this.loaded.value = { ...known, total: index };
        return;
      }
      // The bar has gone elsewhere meanwhile.
      if (Math.abs(this.view.from - from) > PAGE) return;
      // Between names that begin with the same letter of another script no text is known: then the first of them is shown.
      if (step.text !== step.base.text || Math.abs(index - from) > PAGE) this.shift(index - from);
    }
    const start = Math.max(0, index);
    const isEnd = isCounted || !hasNextPage;
    const least = start + size + (isEnd ? 0 : PAGE);
    this.loaded.value = { start, pages: [page], total: Math.max(total, least), isKnown: true, isCounted: isEnd };
  }

  /** The rows in view have another place than was reckoned: they stay where they are on the screen. */
  private shift(by: number): void {
    this.view = { from: this.view.from + by, to: this.view.to + by };
    this.moves.value = { by };
  }

  /** Asks for what is in view again. The row at the top stays there if it still exists. */
  private async again(signal: AbortSignal): Promise<void> {
    const { from } = this.view;
    const top = this.row(from) as { name?: string } | undefined;
    const head = await this.ask({ first: PAGE }, signal);
    const { total: before } = this.loaded.peek();
    const total = head.totalCount ?? before;
    const isCounted = head.totalCount !== undefined;
    if (from >= PAGE / 2 && top?.name !== undefined) {
      const step: Step = { kind: 'jump', text: top.name, base: { text: '', index: 0 } };
      const answer = await this.ask(this.sliceOf(step), signal);
      if (answer.nodes.length > 0) return this.take(step, from, { ...this.loaded.peek(), total, isCounted }, answer);
    }
    this.take({ kind: 'first' }, from, NOTHING, head);
  }
}
