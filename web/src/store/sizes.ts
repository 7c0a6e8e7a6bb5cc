/** Rows of a page. */
export const PAGE = 100;
/** Rows of the first page of a list that goes anywhere: no more than a window shows, because they are waited for. */
export const FIRST_PAGE = 50;
