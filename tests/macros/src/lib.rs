//! The attribute that runs a test on both databases.

use proc_macro::{TokenStream, TokenTree};

/// Makes two tests, `name::sqlite` and `name::postgres`, of `async fn name(app: TestApp)`.
///
/// The function itself stays as it is written, so that formatters, editors and filters of tests understand it.
#[proc_macro_attribute]
pub fn both_databases(_arguments: TokenStream, function: TokenStream) -> TokenStream {
    let Some(name) = name_of(&function) else {
        return parsed("compile_error!(\"#[both_databases] belongs on an `async fn name(app: TestApp)`\");");
    };
    let tests = format!(
        r#"mod {name} {{
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {{
                super::{name}(crate::support::TestApp::on_sqlite().await).await;
            }}

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {{
                if let Some(app) = crate::support::TestApp::on_postgres().await {{
                    super::{name}(app).await;
                }}
            }}
        }}"#
    );
    let mut all = function;
    all.extend(parsed(&tests));
    all
}

/// The name of an asynchronous function.
fn name_of(function: &TokenStream) -> Option<String> {
    let mut tokens = function.clone().into_iter();
    tokens.find(|token| is_word(token, "async"))?;
    tokens.next().filter(|token| is_word(token, "fn"))?;
    tokens.next().map(|name| name.to_string())
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(identifier) if identifier.to_string() == word)
}

/// Tokens of Rust that this file itself has written, which parse.
fn parsed(text: &str) -> TokenStream {
    text.parse().unwrap_or_default()
}
