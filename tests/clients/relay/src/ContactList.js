import { graphql } from 'react-relay';

export const list = graphql`
  fragment ContactList_query on Query
  @refetchable(queryName: "ContactListPaginationQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 50 }, cursor: { type: "String" }) {
    contacts(first: $count, after: $cursor, orderBy: [{ field: NAME }])
      @connection(key: "ContactList_contacts") {
      edges {
        node {
          id
          ...ContactList_contact
        }
      }
    }
  }
`;

export const contact = graphql`
  fragment ContactList_contact on Contact @refetchable(queryName: "ContactListContactRefetchQuery") {
    name
    email
    updatedAt
    metadata
    primaryMembership {
      role
      company {
        name
      }
    }
  }
`;

export const query = graphql`
  query ContactListQuery {
    ...ContactList_query
  }
`;

export const create = graphql`
  mutation ContactListCreateMutation($input: ContactInput!, $connections: [ID!]!) {
    createContact(input: $input) {
      contact @appendNode(connections: $connections, edgeTypeName: "ContactEdge") {
        id
        ...ContactList_contact
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`;

export const remove = graphql`
  mutation ContactListDeleteMutation($id: ID!) {
    deleteContact(id: $id) {
      deletedContactId @deleteRecord
      userErrors {
        code
      }
    }
  }
`;
