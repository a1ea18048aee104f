from sync_assets.entities import ENTITIES
from sync_assets.entities.sync import link_entity, sync_entity
from sync_assets.event_import.reference.load import load_reference
from sync_assets_tests.support.systems import Systems


def test_a_record_that_is_gone_is_known_beside_the_row_that_it_was_linked_to(
    systems: Systems,
) -> None:
    with systems.engine.connect() as connection:
        before = next(each for each in load_reference(connection).instructors if each.tutorial_id and each.external_id)
    systems.tenant.remove(systems.tenant.contacts[str(before.external_id)])
    with systems.connect() as client:
        sync_entity(systems.engine, client, ENTITIES["instructors"], ENTITIES)
    link_entity(systems.engine, ENTITIES["instructors"], ENTITIES)
    with systems.engine.connect() as connection:
        (after,) = [each for each in load_reference(connection).instructors if each.tutorial_id == before.tutorial_id]
    assert (before.is_removed, after.is_removed) == (False, True)
    assert after.external_id == before.external_id
