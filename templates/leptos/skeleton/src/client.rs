//! The client: hydrates the page that the worker has rendered.

mod api;
mod app;
mod entry;
mod error;
mod home;

fn main() {
    // Without this, a panic only shows as "unreachable" in the browser's console.
    std::panic::set_hook(Box::new(|panic| leptos::logging::error!("{panic}")));
    leptos::mount::hydrate_body(app::App);
}
