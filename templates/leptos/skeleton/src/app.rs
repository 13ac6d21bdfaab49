//! The pages and their layout. The worker and the browser both run this.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{A, Route, Router, Routes};
use leptos_router::{SsrMode, path};

use crate::home::Home;

/// The body of the document.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <header>
                <nav aria-label="Pages">
                    <A href="/">"Guest book"</A>
                    <A href="/about">"About"</A>
                </nav>
            </header>
            <main>
                <Routes fallback=NotFound>
                    // Waits for the entries, so that the page is complete even without scripts.
                    <Route path=path!("/") view=Home ssr=SsrMode::Async />
                    <Route path=path!("/about") view=About />
                </Routes>
            </main>
        </Router>
    }
}

#[component]
fn About() -> impl IntoView {
    view! {
        <Title text="About" />
        <h1>"About"</h1>
        <p>"This book lies open to everyone. What you write in it, everyone can read."</p>
    }
}

/// The worker returns this page for every other address, with the status 404.
#[component]
fn NotFound() -> impl IntoView {
    view! {
        <Title text="Not found" />
        <h1>"Not found"</h1>
        <p>"There is no page at this address."</p>
    }
}
