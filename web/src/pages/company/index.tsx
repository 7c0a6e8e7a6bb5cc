import '../../parts/lines.css';
import './company.css';
import { useState } from 'preact/hooks';
import { request } from '../../api/client';
import { go, setQuery, to } from '../../app/router';
import type { PageProps } from '../../app/routes';
import {
  CompanyPageDocument,
  DeleteCompanyDocument,
  RestoreCompanyDocument,
  TrashCompanyDocument,
  UpdateCompanyDocument,
  type CompanyCardFragment,
  type CompanyInput,
} from '#graphql';
import { Button } from '../../kit/button';
import { Menu } from '../../kit/menu';
import { confirm, toast, toastError } from '../../kit/overlays';
import { Page } from '../../kit/page';
import { useShortcut } from '../../kit/shortcuts';
import { Badge, EmptyState, Failed, Loading, Notice } from '../../kit/states';
import { Tabs } from '../../kit/tabs';
import { Time } from '../../kit/time';
import { CompanyForm } from '../../parts/company-form';
import { History } from '../../parts/history';
import { InteractionTimeline } from '../../parts/interaction-timeline';
import { attempt } from '../../parts/submit';
import { useQuery } from '../../store/query';
import { can } from '../../store/viewer';
import { t } from '../../strings';
import { Facts } from './facts';
import { People } from './people';

const TABS = ['people', 'interactions', 'history'] as const;

/** A company: its fields, its people, and what happened. */
export default function Company({ params, query }: PageProps) {
  const id = params.id ?? '';
  const { data, error, refetch } = useQuery(CompanyPageDocument, { id }, { live: ({ subjectId }) => subjectId === id });
  const back = { href: to('/companies'), label: t.companies.title };
  const company = data?.company;
  if (company) return <Known company={company} query={query} back={back} />;
  return (
    <Page title={t.companies.company} back={back}>
      {error ? (
        <Failed error={error} onRetry={refetch} />
      ) : data ? (
        <EmptyState icon="building" title={t.companies.gone} text={t.companies.goneText} />
      ) : (
        <Loading />
      )}
    </Page>
  );
}

interface KnownProps {
  company: CompanyCardFragment;
  query: URLSearchParams;
  back: { href: string; label: string };
}

function Known({ company, query, back }: KnownProps) {
  const { id, name, status, trashedAt } = company;
  const [edited, setEdited] = useState<CompanyCardFragment>();
  const isTrashed = status === 'TRASHED';
  const mayWrite = can('MEMBER') && !isTrashed;
  const tab = TABS.find((name) => name === query.get('tab')) ?? 'people';
  // What is edited are the fields of one version, which the cache does not promise.
  const edit = () =>
    request(CompanyPageDocument, { id }).then(({ company }) => company && setEdited(company), toastError);
  useShortcut(mayWrite && 'e', t.app.edit, edit);
  const restore = () => attempt(RestoreCompanyDocument, { id });
  const trash = async () => {
    if (await attempt(TrashCompanyDocument, { id })) toast(t.parts.trashed, { undo: restore });
  };
  const remove = async () => {
    const title = t.companies.deleteTitle(name);
    const text = t.companies.deleteText;
    if (!(await confirm({ title, text, action: t.app.delete, danger: true }))) return;
    if (!(await attempt(DeleteCompanyDocument, { id }))) return;
    toast(t.parts.deleted);
    go('/companies');
  };
  const onSaved = ({ version }: CompanyCardFragment, input: CompanyInput) => {
    setEdited(undefined);
    toast(t.parts.saved, { undo: () => attempt(UpdateCompanyDocument, { id, input, expectedVersion: version }) });
  };
  return (
    <Page
      title={name}
      back={back}
      detail={status !== 'ACTIVE' && <Badge kind={isTrashed ? 'bad' : 'plain'}>{t.statuses[status]}</Badge>}
      actions={
        mayWrite && (
          <>
            <Button icon="edit" keys="e" onClick={edit}>
              {t.app.edit}
            </Button>
            <Menu
              label={t.parts.more}
              items={[
                { label: t.parts.trash, icon: 'trash', onSelect: trash },
                can('ADMIN') && { label: t.app.delete, icon: 'trash', danger: true, onSelect: remove },
              ]}
            />
          </>
        )
      }
    >
      {isTrashed && (
        <Notice kind="warn">
          <div class="line">
            <span>
              {t.statuses.TRASHED} {trashedAt && <Time at={trashedAt} />}
            </span>
            {can('MEMBER') && (
              <Button icon="restore" onClick={restore}>
                {t.parts.restore}
              </Button>
            )}
            {can('ADMIN') && (
              <Button kind="danger" onClick={remove}>
                {t.app.delete}
              </Button>
            )}
          </div>
        </Notice>
      )}
      <div class="company">
        <Facts company={company} />
        <section class="card">
          <Tabs
            label={name}
            current={tab}
            onChange={(next) => setQuery({ tab: next })}
            tabs={TABS.map((name) => ({ name, label: tabLabel(name) }))}
          >
            {tab === 'people' ? (
              <People companyId={id} mayWrite={mayWrite} />
            ) : tab === 'interactions' ? (
              <InteractionTimeline subject={{ type: 'COMPANY', id }} readOnly={isTrashed} />
            ) : (
              <History subject={{ type: 'COMPANY', id }} readOnly={isTrashed} />
            )}
          </Tabs>
        </section>
      </div>
      {edited && <CompanyForm company={edited} onClose={() => setEdited(undefined)} onSaved={onSaved} />}
    </Page>
  );
}

const tabLabel = (name: (typeof TABS)[number]): string => (name === 'people' ? t.companies.people : t[name].title);
